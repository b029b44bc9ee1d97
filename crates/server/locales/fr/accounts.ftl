# Ce que chacun fait de son propre compte.

security-title = Connexion
security-who = { $name } se connecte comme { $username }.
form-problem = Cela n’a pas encore abouti
back-to-sign-in = Retour à la connexion

forgotten-title = Mot de passe oublié ?
forgotten-text = Dites-nous avec quel nom vous vous connectez. Nous envoyons un lien pour choisir un nouveau mot de passe.
forgotten-button = Envoyer le lien
forgotten-taken = S’il existe un compte de ce nom et que nous connaissons son adresse, un e-mail est en route. Son lien sert une fois, pendant 30 minutes.
forgotten-nothing-came = Rien n’est arrivé après quelques minutes ? Regardez parmi les indésirables et vérifiez l’orthographe du nom. Sinon, demandez à la personne qui gère le compte de votre organisation.

reset-title = Choisir un nouveau mot de passe
reset-text = Il est pour le compte de { $username }.
invitation-title = Bienvenue chez { $realm }
invitation-text = Vous êtes invité chez { $realm } et vous vous connecterez comme { $username }. Dites-nous votre nom et choisissez un mot de passe.
invitation-name = Votre nom
invitation-name-missing = Entrez votre nom.
invitation-name-wrong = Un nom tient sur une ligne de 200 caractères au plus.
invitation-button = Créer mon compte

password-new = Nouveau mot de passe
password-again = Le même encore une fois
password-old = Mot de passe actuel
password-rule = Au moins 12 caractères. Plusieurs mots sans lien entre eux conviennent bien.
password-missing = Entrez un nouveau mot de passe.
password-short = Un mot de passe a au moins 12 caractères. Plusieurs mots sans lien entre eux conviennent bien.
password-expected = Ce mot de passe est parmi les premiers que d’autres essaieraient : des mots courants, votre nom ou votre adresse, des années, des suites comme 1234. Prenez plusieurs mots sans lien entre eux.
password-long = Un mot de passe a au plus 4000 octets.
password-blank = Un mot de passe est plus que des espaces.
password-control = Un mot de passe tient sur une ligne, sans caractères de commande.
password-differs = Les deux ne sont pas identiques. Tapez deux fois le nouveau mot de passe.
password-wrong = Ce n’est pas votre mot de passe. Vérifiez-le et réessayez.
password-change = Changer le mot de passe
password-change-text = Tous les autres navigateurs sont déconnectés. Les applications connectées le restent.
password-change-button = Enregistrer le nouveau mot de passe

code-title = Entrez votre code
code-text = Le mot de passe de { $username } est juste. Il manque le code de votre application d’authentification.
code-label = Code à usage unique
code-hint = Six chiffres de l’application, ou l’un de vos codes de secours.
code-missing = Entrez un code.
code-wrong = Ce code ne compte pas. Chaque code sert une fois : attendez le suivant ou prenez un code de secours.
code-used = Ce code a déjà servi, et chacun sert une fois. Attendez le suivant ou prenez un autre code de secours.
code-somebody-else = Se connecter comme quelqu’un d’autre

factor-heading = Second facteur
factor-text = Avec une application d’authentification sur votre téléphone, la connexion demande un code en plus du mot de passe. Un mot de passe volé ne suffit alors plus.
factor-not-yet = Il ne peut pas être installé en ce moment : la mise à niveau de ce serveur n’est pas terminée. Réessayez plus tard.
factor-is-on = Activé
factor-codes-left = { $count ->
    [one] Il reste { $count } code de secours.
   *[other] Il reste { $count } codes de secours.
}
factor-set-up = Installer une application d’authentification
factor-set-up-text = Entrez votre mot de passe pour commencer.
factor-set-up-button = Commencer
factor-new-codes = Obtenir de nouveaux codes de secours
factor-new-codes-text = Les codes que vous avez maintenant ne serviront plus.
factor-new-codes-button = Faire de nouveaux codes
factor-turn-off = Désactiver le second facteur
factor-turn-off-text = Ensuite, votre mot de passe seul suffira pour vous connecter.
factor-turn-off-button = Désactiver

set-up-title = Installer une application d’authentification
set-up-demanded = Sans second facteur, vous ne pouvez pas continuer ici. Cela prend une minute.
set-up-scan = Scannez ceci avec l’application de votre téléphone. Toute application de codes à usage unique convient.
set-up-qr = Code QR avec le secret pour votre application
set-up-by-hand = Vous ne pouvez pas le scanner ?
set-up-by-hand-text = Tapez ce secret dans l’application. Elle en fait des codes de six chiffres selon l’heure.
set-up-open = L’ouvrir dans une application de cet appareil
set-up-code = Code de l’application
set-up-code-hint = Six chiffres. Ils montrent que l’application a le secret.
set-up-code-wrong = Ce code n’est pas de ce secret. Vérifiez l’heure de votre téléphone et entrez le code affiché maintenant.
set-up-button = Activer
set-up-leave = Pas maintenant

codes-title = Vos codes de secours
codes-on = Le second facteur est activé.
codes-text = Si vous perdez votre téléphone, chacun d’eux vous connecte une fois à la place d’un code. Imprimez-les, ou gardez-les avec vos mots de passe.
codes-once = Ils ne sont montrés que cette fois.
codes-kept = Je les ai gardés

sessions-heading = Où vous êtes connecté
sessions-this = Ce navigateur
sessions-unknown = Un navigateur
sessions-by-password = Connecté par mot de passe
sessions-by-code = Connecté par mot de passe et code
sessions-elsewhere = Connecté ailleurs
sessions-end = Déconnecter
sessions-end-others = Déconnecter partout ailleurs
sessions-more = { $count ->
    [one] et encore { $count }
   *[other] et encore { $count }
}

notice-password = Votre mot de passe est changé, et tous les autres navigateurs sont déconnectés.
notice-session = Ce navigateur est déconnecté.
notice-sessions = Tous les autres navigateurs sont déconnectés.
notice-factor-off = Le second facteur est désactivé.
login-password-chosen = Votre mot de passe est enregistré. Connectez-vous avec lui.

error-link-title = Ce lien ne sert plus
error-link-what = Le lien d’un e-mail sert une fois, et pour un temps. Celui-ci a été utilisé, est trop ancien, ou a été remplacé par un plus récent.
error-link-now = Demandez-en un autre là où vous vous connectez, ou à la personne qui vous a invité.

mail-reset-subject = Votre mot de passe chez { $realm }
mail-reset-text =
    Quelqu’un a demandé un nouveau mot de passe pour { $username } chez { $realm }.

    Si c’était vous, ouvrez ce lien et choisissez-en un :

    { $link }

    Le lien sert une fois, jusqu’au { $time }.

    Si ce n’était pas vous, ne faites rien : votre mot de passe reste le même.
mail-invitation-subject = Votre compte chez { $realm }
mail-invitation-text =
    Vous êtes invité chez { $realm }, où vous vous connecterez comme { $username }.

    Ouvrez ce lien pour choisir votre mot de passe :

    { $link }

    Le lien sert une fois, jusqu’au { $time }.

    Si vous ne savez pas de quoi il s’agit, ne faites rien.
