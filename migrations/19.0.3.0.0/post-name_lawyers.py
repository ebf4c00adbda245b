"""Contacts who acted as lawyers before contacts had a kind are lawyers: they stay among those who are proposed."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE res_partner SET recovery_party_kind = 'lawyer'
         WHERE recovery_party_kind IS NULL
           AND id IN (SELECT lawyer_id FROM recovery_case UNION SELECT recovery_lawyer_id FROM res_company)
        """
    )
