class InEnglish:
    """Run a test class in English whatever the database's languages: its assertions quote what users read."""

    @classmethod
    def default_env_context(cls):
        return {**super().default_env_context(), "lang": "en_US"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        for user in (cls.recovery_user, cls.recovery_manager, cls.recovery_auditor):
            user.lang = "en_US"
