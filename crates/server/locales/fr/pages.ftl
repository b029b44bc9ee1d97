# Les mots des pages, en français.

skip-to-content = Aller au contenu
your-account = Votre compte
sign-in = Se connecter
sign-out = Se déconnecter
language = Langue
connected-apps = Applications connectées

app-maker = par { $maker }
app-verified = Éditeur vérifié
app-unverified = Éditeur non vérifié
signed-in-as = Connecté en tant que { $name }
not-you = Ce n’est pas vous ?
look-terms = Conditions d’utilisation
look-privacy = Protection des données
look-help = Aide

home-title = Accès pour les applications
home-text = Les applications demandent ici si elles peuvent travailler avec les données des personnes, et les personnes décident. Choisissez de quelles données il s’agit.
realm-heading = Accès à { $realm } pour les applications
realm-text = Les applications demandent ici si elles peuvent travailler avec vos données. Vous décidez de ce que chacune peut faire, et pouvez revenir en arrière à tout moment.
realm-account-text = Les applications qui ont accès à vos données, ce que chacune peut faire et comment le retirer.
realm-scopes-text = Tout ce qu’une application peut demander, en mots simples, et les appels que chaque scope ouvre.
realm-developers = Pour les développeurs
realm-issuer = Émetteur (issuer)
realm-metadata = Métadonnées
realm-problems = Refus
realm-sandbox = Bac à sable
realm-sandbox-text = L’API à essayer, avec des données inventées. Demandez un jeton avec cette adresse comme ressource.
errors-title = Problèmes et que faire
errors-text = Un appel refusé de l’API reçoit pour réponse un problème, dont le type mène ici. Une page pour chacun dit, en anglais, ce qui s’est passé, pourquoi et que faire.
errors-happened = Ce qui s’est passé
errors-why = Pourquoi
errors-now = Que faire
errors-missing = Pourquoi un scope manque
errors-english = Les explications sont en anglais, comme les réponses de l’API qui mènent ici.

login-title = Se connecter
login-heading = Se connecter à { $realm }
login-going-on = Vous continuerez ensuite vers { $app }, qui souhaite travailler avec vos données.
login-username = Nom d’utilisateur
login-password = Mot de passe
login-problem = Vous n’êtes pas encore connecté
login-wrong = Le nom d’utilisateur et le mot de passe ne vont pas ensemble. Vérifiez les deux et réessayez.
login-missing-username = Saisissez votre nom d’utilisateur.
login-missing-password = Saisissez votre mot de passe.
too-many = { $why } Réessayez dans { $span } (à { $time }).
too-many-passwords = Trop de mots de passe faux ont été entrés pour ce nom, par vous ou par quelqu’un d’autre.
too-many-codes = Trop de codes faux ont été entrés pour ce compte, par vous ou par quelqu’un qui connaît le mot de passe.
too-many-from-here = Trop de mots de passe ou de codes faux sont venus de votre connexion internet. Les autres qui l’utilisent comptent aussi.
too-many-links = Trop de liens ont été demandés depuis votre connexion internet. Les autres qui l’utilisent comptent aussi.
too-many-forms = Trop de formulaires sont venus de votre connexion internet. Les autres qui l’utilisent comptent aussi.
login-busy = De nombreuses connexions sont en cours de vérification. Réessayez dans un instant.
login-demo-heading = Comptes de démonstration
login-demo-text = Ceci est une démonstration avec des personnes inventées. Connectez-vous en tant que l’une d’elles.
login-demo-who = Qui

provider-down-title = La connexion n’est pas possible pour l’instant
provider-down-what = Pour { $realm }, vous vous connectez sur { $host }, que nous ne pouvons pas joindre en ce moment.
provider-down-now = Rien n’est perdu. Réessayez dans une minute.
provider-no-title = Vous n’êtes pas connecté
provider-no-what = { $host } ne vous a pas connecté.
provider-no-now = Réessayez quand vous voulez.
provider-odd-title = Vous n’êtes pas connecté
provider-odd-what = Ce que { $host } nous a dit de vous ne peut pas être utilisé ici.
provider-odd-now = Réessayez. Si cela ne change pas, demandez à { $realm } : la raison est dans leur journal.
provider-stopped-title = Vous ne pouvez pas vous connecter ici
provider-stopped-what = { $host } vous connaît, mais votre compte chez { $realm } est bloqué.
provider-stopped-now = Demandez à { $realm }, ou connectez-vous sous un autre nom.
provider-gone-title = Cette connexion n’est plus valable
provider-gone-what = Elle a commencé il y a plus de dix minutes ou dans un autre navigateur, ou elle a déjà servi.
provider-gone-now = Connectez-vous encore une fois.
provider-left-title = Vous êtes déconnecté
provider-left-what = Dans ce navigateur, vous êtes déconnecté de { $realm }. Votre session sur { $host } continue.
provider-left-now = Sur un ordinateur que d’autres utilisent, déconnectez-vous là aussi.
provider-left-there = Se déconnecter de { $host }

organisation-title = Choisir une organisation
organisation-heading = Pour quelle organisation est { $app } ?
organisation-text = L’application travaillera avec les données de celle que vous choisissez, et seulement dans la limite de vos propres droits.

consent-title = Autoriser { $app } ?
consent-heading = { $app } souhaite travailler avec vos données : { $data }
consent-heading-at = { $app } souhaite travailler avec vos données chez { $organisation } : { $data }
consent-heading-acts = { $app } souhaite travailler avec vos données : { $data }
consent-heading-acts-at = { $app } souhaite travailler avec vos données chez { $organisation } : { $data }
consent-heading-many = { $app } veut travailler avec { $number } types de vos données
consent-heading-many-at = { $app } veut travailler avec { $number } types de vos données chez { $organisation }
list-two = { $first } et { $last }
list-more = { $first } et plus
data-some = données de base
consent-returns-to = Vous irez ensuite vers
consent-returns-local = C’est sur votre propre appareil.
consent-organisation = Organisation
consent-organisation-change = En choisir une autre
consent-reach = L’accès s’étend à
consent-reach-later = et à toute organisation que vous rejoindrez plus tard, partout dans la limite de votre propre rôle.
consent-choose = Que peut-elle faire ?
consent-all-or-nothing = Elle demande tout cela ensemble
consent-needed = Toujours nécessaire
consent-needed-text = { $app } ne peut pas fonctionner sans cela ; c’est donc compris dans tout accès que vous autorisez.
consent-always = Toujours inclus
consent-withheld = { $count ->
    [one] { $count } élément demandé n’est pas proposé
   *[other] { $count } éléments demandés ne sont pas proposés
}
consent-lifetime-forever = Cela reste valable jusqu’à ce que vous le retiriez.
consent-lifetime-unused = Cela reste valable jusqu’à ce que vous le retiriez, et prend fin si l’application ne s’en sert pas pendant { $span }.
consent-lifetime-once = Cela prend fin de soi-même après { $span }.
consent-take-back = Vous pouvez le retirer à tout moment sous
consent-allow = Autoriser l’accès
consent-deny = Ne pas autoriser
worst = Au pire, elle pourrait : { $acts }.
worst-deletes = Elle pourrait aussi supprimer des données.
worst-more = { $count ->
    [one] Elle pourrait aussi modifier { $count } autre type de données.
   *[other] Elle pourrait aussi modifier { $count } autres types de données.
}
worst-special = Des mouvements d’argent ou des accès soumis à approbation se trouvent aussi dans : { $data }.
at-once = Que peut-elle faire ?
at-once-text = Chaque réponse ne fait que remplir la page. Rien n’est donné avant que vous l’autorisiez.
answer-look = Seulement consulter
answer-look-text = Elle voit ce qu’elle demande à voir et ne modifie rien.
answer-everything = Tout ce qu’elle demande
answer-everything-text = Modification et suppression comprises, comme indiqué plus bas.
answer-everything-without = Tout sauf ceci, que vous activeriez vous-même : { $acts }.
answer-choose = Je choisis
answer-choose-text = Rien n’est activé au départ.
answer-choose-text-needed = Seul ce qui est toujours nécessaire est activé au départ.
answer-now = Rempli ainsi
group-rest = Autres
group-part = { $group }, partie { $part } sur { $of }
group-count = { $count ->
    [one] { $count } type de données
   *[other] { $count } types de données
}
group-on = { $count } activés
group-turned = modifié par vous à l’instant
group-worst = Au pire : { $acts }
rows-on = Activés : { $on } types de données sur { $of }
rows-turned = Ce que vous venez d’activer ou de désactiver compte.
find-label = Chercher des données, un mot ou un scope
find-button = Afficher
find-only = Seulement ce qui modifie des données
find-all = Tout afficher
find-hidden = { $count ->
    [one] { $count } type de données n’est pas affiché
   *[other] { $count } types de données ne sont pas affichés
}
consent-problem-changed = Ce qui peut être autorisé a changé depuis que vous avez ouvert cette page. Relisez-la encore une fois.
consent-problem-person = Vous êtes maintenant connecté en tant que { $name }. Décidez pour vous-même.
consent-problem-organisation = Il s’agit maintenant de { $organisation }.
consent-problem-app = L’application s’appelle maintenant { $app }, ou son éditeur a changé de nom.
consent-problem-renamed = L’organisation s’appelle maintenant { $organisation }.
consent-problem-reach = Les organisations auxquelles l’accès s’étend ont changé.
consent-problem-meaning = Le fournisseur a changé la signification d’une partie de ces accès.
consent-problem-scopes = Différent maintenant : { $data }.
consent-problem-incomplete = { $app } ne peut pas fonctionner sans cela, qui manquait dans votre réponse : { $data }.
consent-problem-kept = Vos choix sont de nouveau indiqués ; ce qui est différent est d’abord désactivé.
nothing-title = Rien à autoriser
nothing-heading = { $app } ne demande rien que vous puissiez autoriser
nothing-heading-at = { $app } ne demande rien que vous puissiez autoriser chez { $organisation }
nothing-text = Elle n’obtient donc aucun accès. Rien n’a été enregistré.
nothing-now-role = Demandez à la personne qui y attribue les rôles, ou faites connecter l’application par quelqu’un dont le rôle comprend cela.
nothing-now-app = Seuls les éditeurs de l’application peuvent changer cela : montrez-leur ce qui est écrit ci-dessus.
nothing-back = Revenir à { $app }
lacking-heading = Hors de votre rôle
lacking-text = Votre propre rôle ne comprend pas cela ; vous ne pouvez donc pas le transmettre :
lacking-text-at = Votre rôle chez { $organisation } ne comprend pas cela ; vous ne pouvez donc pas le transmettre :

choice-none = Aucun accès
choice-none-about = { $app } n’en reçoit rien.
choice-includes = « { $title } » comprend : { $scopes }. Sans cela, il n’est pas accordé.
choice-includes-own = « { $title } » comprend : { $scopes }.
read-on = Lire la suite
choice-allow = Autoriser
mark-new = Nouveau depuis la dernière fois
mark-refused = Déjà refusé par vous
mark-locked = Obligatoire
mark-money = Déplace de l’argent
mark-deletes = Peut supprimer
mark-deprecated = En cours de remplacement
mark-retired = N’est plus utilisé

withheld-unknown = n’existe pas ici.
withheld-retired = n’est plus utilisé.
withheld-not-registered = n’a pas été enregistré pour cette application.
withheld-elevation-not-approved = demande une autorisation que cette application n’a pas.
withheld-right-missing = ne fait pas partie de votre propre rôle.

account-empty = Aucune application n’a accès à vos données.
account-empty-what-now = Quand vous en connectez une, elle apparaît ici, et c’est ici que vous pouvez la retirer.
account-count = { $count ->
    [one] { $count } application a accès à vos données.
   *[other] { $count } applications ont accès à vos données.
}
account-text = Si vous en retirez une, son accès prend fin aussitôt.
account-organisation = Organisation
account-everywhere = { $names }, et toute autre que vous rejoindrez plus tard
account-since = Connectée
account-last-used = Dernière utilisation
account-places = { $count ->
    [one] Connectée à { $count } endroit
   *[other] Connectée à { $count } endroits
}
account-places-text = Chaque endroit est une installation de l’application ou un navigateur. Si vous mettez fin à l’un, les autres restent connectés.
account-place-end = Mettre fin à celui-ci
account-places-more = et { $count } de plus, utilisés auparavant
account-reduce = Retirer quelque chose
account-reduce-text = { $app } garde ce que vous laissez. Elle ne peut obtenir davantage qu’en vous le demandant à nouveau.
account-reduce-button = Ne garder que cela
account-remove = Retirer { $app }
account-off = { $realm } a désactivé cette application. Tant que c’est le cas, elle n’a aucun accès.
account-problem = Rien n’a été changé : ce que montre cette page est différent depuis que vous l’avez ouverte. Relisez-la encore une fois.
removal-title = Supprimer { $app } ?
removal-text = Son accès à vos données prend fin aussitôt.
removal-text-at = Son accès aux données de { $organisation } prend fin aussitôt.
removal-places = { $count ->
    [one] Elle est connectée à { $count } endroit.
   *[other] Elle est connectée à { $count } endroits, et tous prennent fin.
}
removal-kept = Ce qu’elle a copié jusqu’ici reste chez son éditeur, { $maker }. Pour l’utiliser de nouveau, connectez-la de nouveau dans l’application.
removal-keep = Garder { $app }
account-history = Vos dernières décisions
account-history-empty = Vous n’avez encore rien décidé.
history-allowed = Vous avez autorisé { $app }.
history-allowed-at = Vous avez autorisé { $app } chez { $organisation }.
history-allowed-partly = Vous avez autorisé { $app } pour une partie de ses demandes.
history-allowed-partly-at = Vous avez autorisé { $app } chez { $organisation } pour une partie de ses demandes.
history-refused = Vous avez refusé { $app }.
history-refused-at = Vous avez refusé { $app } chez { $organisation }.
history-allowed-everywhere = Vous avez autorisé { $app }, pour chaque organisation dont vous faites partie.
history-reduced = Vous avez retiré quelque chose à { $app } : { $data }.
history-reduced-at = Vous avez retiré quelque chose à { $app } chez { $organisation } : { $data }.
history-removed = Vous avez supprimé { $app }.
history-removed-at = Vous avez supprimé { $app } chez { $organisation }.
history-ended = { $realm } a mis fin à l’accès de { $app }.
history-ended-at = { $realm } a mis fin à l’accès de { $app } chez { $organisation }.
notice-removed = { $app } a été retirée et n’a plus d’accès.
notice-ended = Une connexion de { $app } a pris fin.
notice-reduced = { $app } n’a plus que ce que vous avez laissé.
notice-unchanged = Rien n’a été changé pour { $app }.

scopes-title = Scopes
scopes-heading = Scopes de { $realm }
scopes-authorization = Autorisation
scopes-token = Jeton
scopes-metadata = Métadonnées
scopes-api = API
scopes-version = Version
scopes-filter = Trouver un scope, un mot ou un chemin
scopes-filter-button = Trouver
scopes-filter-clear = Tout afficher
scopes-count = { $count ->
    [one] { $count } scope
   *[other] { $count } scopes
}
scopes-none = Rien ne correspond. Essayez un mot plus court, ou affichez tout.
scopes-endpoints = { $count ->
    [one] Ouvre { $count } appel
   *[other] Ouvre { $count } appels
}
scopes-calls-count = { $count ->
    [one] { $count } appel
   *[other] { $count } appels
}
scopes-no-endpoints = On ne connaît aucun appel que ce scope ouvre.
scopes-risk = Risque { $level } sur 5 : { $reason }
scopes-implies = Comprend { $scopes }.
scopes-calls = Tous les appels
scopes-call = Appel
scopes-call-needs = Nécessite
scopes-contents = Ressources
scopes-index = Sommaire
scopes-pages = Pages
scopes-page = Page { $page } sur { $of }
scopes-page-before = Page précédente
scopes-page-next = Page suivante
scopes-every-grant = Dans chaque autorisation ; une application n’a pas à le demander.
scopes-new-client = Dans l’enregistrement de chaque nouvelle application.
scopes-own-records = N’ouvre que les données créées par l’application elle-même.
scopes-successor = Utilisez { $scope } à la place.
scopes-inferred = Ne figure pas dans le document du fournisseur ; déduit de celui-ci.

error-for-developers = Pour les développeurs de l’application
error-code = Code
error-description = Description
error-request-title = La demande de cette application ne peut pas recevoir de réponse
error-request-what = L’application qui vous a envoyé ici a posé sa demande d’une façon à laquelle nous ne pouvons pas nous fier ; nous ne vous y avons donc pas renvoyé. Rien n’a été autorisé.
error-request-now = Retournez à l’application et réessayez. Si cela se reproduit, montrez les détails ci-dessous à ses éditeurs.
error-busy-title = Il y a beaucoup de monde
error-busy-what = Beaucoup de personnes consultent des pages comme celle-ci en ce moment.
error-busy-now = Réessayez dans quelques secondes.
error-many-title = Trop de demandes
error-many-what = En une minute, plus de demandes d’applications sont venues de votre adresse réseau que des personnes n’en envoient. Rien n’a été autorisé.
error-many-now = Attendez une minute et réessayez.
onward-title = Retour à l’application
onward-text = Votre navigateur retourne maintenant à l’application. S’il ne se passe rien, continuez vous-même.
onward-link = Continuer vers l’application
onward-sign-in-title = Vers la connexion
onward-sign-in-text = Votre navigateur se rend maintenant là où vous vous connectez. S’il ne se passe rien, continuez vous-même.
onward-sign-in-link = Continuer vers la connexion
error-cookies-title = Nous ne reconnaissons pas votre navigateur
error-cookies-what = Votre navigateur n’a envoyé aucun de nos cookies. Il bloque les cookies, ou cette adresse a été ouverte dans un autre navigateur que celui auquel elle est destinée. Rien n’a été autorisé.
error-cookies-now = Autorisez les cookies pour ce site, puis recommencez là d’où vous veniez.
error-request-gone-title = Cette demande est terminée
error-request-gone-what = Une application vous a envoyé ici. Ce qu’elle demande est gardé une demi-heure, dans le navigateur où la demande est arrivée. Ce délai est passé, ou ce navigateur est un autre. Rien n’a été autorisé.
error-request-gone-now = Retournez dans l’application et recommencez depuis celle-ci.
error-answered-title = Vous avez déjà répondu
error-answered-what = Vous avez répondu à ce que { $app } demandait ici, et { $app } en a été informée. Une réponse compte une seule fois : rien d’autre n’a été fait.
error-answered-now = Continuez dans { $app }. Pour décider autrement, recommencez depuis celle-ci, ou changez ce qu’elle peut faire sous « Applications connectées ».
error-not-found-title = Il n’y a rien ici
error-not-found-what = Cette adresse n’existe pas. Elle a peut-être été mal saisie, ou ce qu’elle désignait n’est plus là.
error-not-found-now = Vérifiez l’adresse, ou retournez d’où vous venez.
error-origin-title = Ce formulaire ne vient pas d’ici
error-origin-what = Votre navigateur a envoyé ce formulaire depuis un autre site, ou n’a pas dit d’où. Pour vous protéger, nous n’en avons rien fait.
error-origin-now = Ouvrez la page à nouveau et envoyez le formulaire depuis celle-ci.
error-unavailable-title = Ce n’est pas possible pour l’instant
error-unavailable-what = Nos données enregistrées sont inaccessibles ou ne peuvent pas être changées pour l’instant. Si vous étiez en train de changer quelque chose, cela a pu être fait ou non.
error-unavailable-now = Réessayez dans une minute.
error-rights-title = { $realm } ne répond pas pour l’instant
error-rights-what = Ce que vous pouvez faire est connu d’un système de { $realm }, qui ne répond pas en ce moment. Rien n’a été autorisé, et rien ne vous a été retiré.
error-rights-now = Réessayez dans un instant : la demande attend toujours.
error-server-title = Quelque chose s’est cassé de notre côté
error-server-what = Ce n’est pas de votre faute, et rien n’a été autorisé.
error-server-now = Réessayez. Si cela se reproduit, dites au fournisseur quand c’est arrivé.
error-no-organisation-title = Vous n’avez pas d’organisation ici
error-no-organisation-what = { $app } souhaite travailler avec les données d’une organisation, et { $name } n’appartient à aucune dans { $realm }.
error-no-organisation-now = Demandez à la personne qui gère le compte de votre organisation de vous ajouter, ou connectez-vous sous un autre nom.
error-app-off-title = Cette application est désactivée
error-app-off-what = { $realm } l’a désactivée ; elle n’a donc aucun accès ici pour le moment. Rien n’a été autorisé.
error-app-off-now = Demandez aux éditeurs de l’application, ou à { $realm }, quand elle reviendra.
error-again = Réessayer
error-open-again = Rouvrir la page
error-home = Aller à la page d’accueil
error-form-title = Ce formulaire n’est pas lisible
error-form-what = Il y manque quelque chose, ou il est trop grand. Rien n’a été changé.
error-form-now = Revenez en arrière, rechargez la page et envoyez-le à nouveau.

time-now = à l’instant
time-minutes = { $count ->
    [one] il y a { $count } minute
   *[other] il y a { $count } minutes
}
time-hours = { $count ->
    [one] il y a { $count } heure
   *[other] il y a { $count } heures
}
time-days = { $count ->
    [one] il y a { $count } jour
   *[other] il y a { $count } jours
}
time-months = il y a { $count } mois
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
span-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
