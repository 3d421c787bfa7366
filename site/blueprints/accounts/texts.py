"""What Flask-Security says, in our words: it has 239 sentences, of which we keep the ones used."""

N = "\u202f"
LINK_PAST = f"Ce lien n’est plus valable{N}: "
MESSAGES = {
    "API_ERROR": (f"{LINK_PAST}il est incomplet, ou il a déjà servi.", "error"),
    "GENERIC_AUTHN_FAILED": (
        "L’adresse ou le mot de passe ne convient pas. Vérifiez les deux, puis recommencez.",
        "error",
    ),
    "UNAUTHORIZED": ("Votre compte ne donne pas accès à cette page.", "error"),
    "UNAUTHENTICATED": ("Connectez-vous pour ouvrir cette page.", "info"),
    "REAUTHENTICATION_REQUIRED": (
        "Avant cette étape, redonnez votre mot de passe.",
        "info",
    ),
    "CONFIRM_REGISTRATION": ("Un courriel est parti.", "success"),
    "EMAIL_CONFIRMED": (
        "Votre adresse est confirmée. Vous pouvez vous connecter.",
        "success",
    ),
    "ALREADY_CONFIRMED": (
        f"C’est déjà fait{N}: cette adresse est confirmée. Connectez-vous.",
        "info",
    ),
    "INVALID_CONFIRMATION_TOKEN": (
        f"{LINK_PAST}il est incomplet, ou l’adresse a changé depuis. Demandez-en un autre ci-dessous.",
        "error",
    ),
    "CONFIRMATION_EXPIRED": (
        f"{LINK_PAST}il a expiré. Demandez-en un autre ci-dessous.",
        "error",
    ),
    "EMAIL_ALREADY_ASSOCIATED": ("Cette adresse ne convient pas.", "error"),
    "RETYPE_PASSWORD_MISMATCH": ("Les deux mots de passe sont différents.", "error"),
    "INVALID_REDIRECT": ("La page demandée n’est pas sur ce site.", "error"),
    "INVALID_RECOVERY_CODE": (
        "Ce code de secours ne convient pas, ou il a déjà servi.",
        "error",
    ),
    "NO_RECOVERY_CODES_SETUP": ("Vous n’avez pas encore de codes de secours.", "info"),
    "PASSWORD_RESET_REQUEST": (
        "Si un compte existe avec cette adresse, un courriel vient de partir. Ouvrez-le pour choisir "
        "un nouveau mot de passe.",
        "success",
    ),
    "PASSWORD_RESET_EXPIRED": (
        f"{LINK_PAST}il a expiré. Demandez-en un autre ci-dessous.",
        "error",
    ),
    "INVALID_RESET_PASSWORD_TOKEN": (
        f"{LINK_PAST}il est incomplet, ou il a déjà servi. Demandez-en un autre ci-dessous.",
        "error",
    ),
    "PASSWORD_RESET_NO_LOGIN": (
        "Votre mot de passe a changé. Connectez-vous avec le nouveau.",
        "success",
    ),
    "CONFIRMATION_REQUIRED": (
        "Confirmez d’abord votre adresse avec le lien reçu par courriel.",
        "error",
    ),
    "CONFIRMATION_REQUEST": (
        "Si un compte attend d’être confirmé avec cette adresse, un courriel vient de partir.",
        "success",
    ),
    "DISABLED_ACCOUNT": ("Ce compte est fermé.", "error"),
    "EMAIL_NOT_PROVIDED": ("Saisissez votre adresse électronique.", "error"),
    "INVALID_EMAIL_ADDRESS": (
        f"Cette adresse n’est pas complète. Exemple{N}: prenom.nom@exemple.fr",
        "error",
    ),
    "PASSWORD_NOT_PROVIDED": ("Saisissez votre mot de passe.", "error"),
    "USER_DOES_NOT_EXIST": ("Cette adresse ne convient pas.", "error"),
    "INVALID_PASSWORD": ("Ce mot de passe ne convient pas.", "error"),
    "FORGOT_PASSWORD": (f"Mot de passe oublié{N}?", "info"),
    "PASSWORD_IS_THE_SAME": (
        "Le nouveau mot de passe est le même que l’ancien. Choisissez-en un autre.",
        "error",
    ),
    "PASSWORD_CHANGE": (
        "Votre mot de passe a changé. Vos autres appareils sont déconnectés.",
        "success",
    ),
    "REAUTHENTICATION_SUCCESSFUL": ("Merci, vous pouvez continuer.", "success"),
    "ANONYMOUS_USER_REQUIRED": ("Vous êtes déjà connecté.", "info"),
    "TWO_FACTOR_INVALID_TOKEN": (
        "Ce code ne convient pas. Saisissez celui que l’application montre en ce moment.",
        "error",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": ("Vous êtes connecté.", "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        "La double authentification est en place. Notez maintenant vos codes de secours.",
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (
        "Recommencez la connexion depuis le début.",
        "error",
    ),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (
        "Ce choix n’est pas possible pour votre compte.",
        "error",
    ),
    "TWO_FACTOR_DISABLED": ("La double authentification est retirée.", "success"),
    "TWO_FACTOR_SETUP_EXPIRED": (
        "La mise en place a pris trop de temps. Recommencez.",
        "error",
    ),
    "CHANGE_EMAIL_EXPIRED": (f"{LINK_PAST}il a expiré. Recommencez le changement.", "error"),
    "CHANGE_EMAIL_CONFIRMED": ("Votre adresse de connexion a changé.", "success"),
    "CHANGE_EMAIL_SENT": (
        "Un courriel vient de partir vers cette adresse. Ouvrez-le pour confirmer le changement.",
        "success",
    ),
}
