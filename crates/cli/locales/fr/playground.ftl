# Les mots de la démo en français.

demo = Démo
demo-title = Démo de Scopegate
playground = Terrain d’essai
skip-to-content = Aller au contenu
skip-to-app = Aller à l’application
language = Langue
all-realms = Tous les domaines
scopes = Scopes
scopes-of = Scopes de { $realm }
connected-apps = Applications connectées
metadata = Métadonnées
made-up = Tout ici est inventé : personnes, entreprises, données. Les mots de passe ne protègent rien.

home-heading = Les applications demandent, les gens décident, l’API s’y tient
home-what = Scopegate se tient devant l’API d’un logiciel de gestion : une application obtient exactement ce que le propriétaire des données a autorisé, et apprend pourquoi le reste demeure fermé.
steps = Les trois étapes
step-ask = Demander
step-ask-picture = Une application avec la liste de ce qu’elle demande
step-ask-what = Une application demande les scopes dont elle a besoin.
step-ask-now = Choisissez une application et ce qu’elle demande, puis connectez-la.
step-decide = Décider
step-decide-picture = Une personne qui active une chose et en laisse une autre désactivée
step-decide-what = La personne à qui sont les données en autorise une partie et refuse le reste.
step-decide-now = Connectez-vous comme l’une des personnes d’exemple et décidez.
step-call = Appeler
step-call-picture = Une porte qui laisse passer un appel et en arrête un autre
step-call-what = Les appels autorisés passent. Pour chaque autre, on apprend pourquoi.
step-call-now = Ouvrez une ressource, faites un appel et lisez la réponse sur place.
begin-with = Commencez par { $realm }
begin-text = { $app } demande les données d’une entreprise. Connectez-vous comme { $person } avec le mot de passe { $password }, refusez quelque chose et voyez quels appels restent.
play = Essayer { $realm }
other-realms = Les autres domaines
count-scopes = { $count ->
    [one] { $count } scope
   *[other] { $count } scopes
}
count-calls = { $count ->
    [one] { $count } appel
   *[other] { $count } appels
}
people = Personnes pour se connecter
username = Nom d’utilisateur
password = Mot de passe
place = Où
own-heading = Votre propre API
own-what = Ce que vous essayez ici vient d’un seul fichier par API. Pour la vôtre :
own-catalog = Écrivez un catalogue : vos scopes en mots simples, et les appels que chacun ouvre.
own-serve = Lancez le serveur avec lui, sur votre propre base de données.
own-apps = Ajoutez vos organisations, personnes et applications.
own-gate = Placez la décision devant votre API.
command = Commande

app-side = Le côté de l’application
decide-open = La décision de la personne est ouverte dans ce navigateur.
decide-go-on = Y aller
held-title = { $app } détient un jeton
held-opens = Il ouvre { $open } appels sur { $total }.
held-see-which = Voir lesquels
held-ended = Il a pris fin : il n’ouvre plus rien.
held-scopes = Ce qu’il contient
held-withheld = Demandé et non accordé
because-asked = demandé
because-part = partie de { $scope }
because-default = par défaut, car rien n’a été demandé
because-every-grant = avec chaque autorisation
because-before = autorisé auparavant
access-token = Jeton d’accès
refresh = Le renouveler
introspect = Le faire vérifier
give-back = Le rendre
start-anew = Recommencer

ask = Demander un accès
ask-again = Demander encore
which-app = Quelle application
client-confidential = { $app } est du genre { $kind } : un client confidentiel, qui garde un secret.
client-public = { $app } est du genre { $kind } : un client public, qui ne peut pas garder de secret.
client-machine = { $app } est du genre { $kind } : une machine qui agit pour elle-même, sans personne à qui demander.
ask-scopes = Scopes à demander
ask-defaults = N’en demander aucun, c’est demander ceux par défaut de l’application.
ask-more = Autres scopes, en texte
ask-more-about = Ce que l’application ne peut pas avoir est retenu, et la réponse dit pourquoi.
ask-more-try = Essayez
organisation = Organisation
organisation-any = La personne choisit
connect = Connecter { $app }
get-token = Obtenir un jeton

exchanges = Requêtes et réponses
exchanges-none = Rien n’a encore été envoyé. Ce que l’application envoie apparaît ici, le plus récent d’abord.
request = Requête
answer = Réponse
answer-not-sent = Impossible à envoyer : { $error }.
as-curl = En curl
copy = Copier
copied = Copié
sent-machine = La machine demande un jeton
sent-authorize = L’application envoie la personne au point d’autorisation
sent-authorize-answer = La personne se connecte et décide.
sent-code = L’application échange le code
sent-refresh = L’application renouvelle son jeton
sent-introspect = L’API demande ce que signifie le jeton
sent-revoke = L’application rend son accès
notice-place = L’adresse nomme une partie de cette page qui n’existe pas ; la voici tout entière.
notice-form = Ce que vous avez envoyé est trop long ou n’est pas arrivé entier ; rien n’a donc été transmis. Raccourcissez-le et envoyez-le de nouveau.
notice-pick-app = Choisissez d’abord l’une des applications.
notice-state = La réponse ne correspond à aucune question de ce navigateur (state). Recommencez.
notice-issuer = La réponse nomme un autre émetteur (RFC 9207). Elle a été écartée.
notice-error = La réponse est { $error }. { $said }
notice-empty = La réponse ne contient ni code ni erreur.
notice-no-refresh = Il n’y a pas de jeton de renouvellement.
notice-no-token = Il n’y a pas encore de jeton.
notice-refused = Le serveur a refusé ; sa réponse dit pourquoi.
notice-revoked = Le jeton a été rendu. Il est encore là : voyez qu’il n’ouvre plus rien.
notice-call-first = Obtenez d’abord un jeton ; ensuite l’API peut être appelée.
notice-path = Un chemin commence par une barre oblique.
notice-endpoint = Le catalogue n’a pas cet appel. Faites-le depuis la liste.

api-side = Le côté de l’API
api-opens = Ce jeton ouvre { $open } appels sur { $total }.
named-header = Les appels nomment l’organisation dans un en-tête, que cette page envoie : { $header }
named-query = Les appels nomment l’organisation dans le paramètre { $parameter }, qui figure ici dans les chemins.
named-host = L’API distingue les organisations par l’hôte de l’appel. Le bac à sable n’est à aucun de ces hôtes ; cette page et les commandes curl d’ici le nomment dans l’en-tête Host: { $host }
api-closed = { $count ->
    [one] { $count } appel, fermé sans jeton.
   *[other] { $count } appels, tous fermés sans jeton.
}
api-ended = { $count ->
    [one] Le jeton a pris fin ou expiré : le seul appel reste fermé ({ $count }).
   *[other] Le jeton a pris fin ou expiré : il n’ouvre aucun des { $count } appels.
}
find-label = Trouver un appel ou un scope
find = Trouver
found = { $count ->
    [0] Aucun appel ne correspond.
    [one] { $count } appel correspond.
   *[other] { $count } appels correspondent.
}
which-calls = Quels appels
show-all = Tous
show-open = Ouverts
show-closed = Fermés
show-resources = Tout afficher par ressource
group-other = Autres appels
group-open = { $open } ouverts sur { $total }
open = ouvert
closed = fermé
needs = Demande { $scope }
row-own = seulement les données que cette application a créées
path = Chemin
body = Corps JSON
call-it = Appeler
call-first = Avec un jeton, il peut être appelé ici.
pages = Pages
previous = Précédente
next = Suivante
page-of = Page { $open } sur { $total }

why-never-requested = l’application ne l’a pas demandé
why-refused = la personne l’a refusé
why-unknown = le catalogue ne l’a pas
why-not-registered = l’application n’est pas enregistrée pour lui
why-withheld-unknown = retenu, le catalogue ne l’a pas
why-withheld-retired = retenu, il est retiré
why-withheld-not-registered = retenu, l’application n’est pas enregistrée pour lui
why-withheld-elevation = retenu, il demande une approbation
why-withheld-right = retenu, le rôle de la personne ne l’incluait pas
why-reduced = la personne l’a retiré plus tard
why-elevation-not-approved = l’application n’a pas d’approbation pour lui
why-right-missing = le rôle de la personne ne l’inclut pas
why-retired = il est retiré
