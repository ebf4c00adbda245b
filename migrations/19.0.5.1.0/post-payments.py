"""Payments after a judgment point at the money itself, where it was carried to the account of a doubtful claim.

So they are found again once they are matched otherwise, and tell the day of the money. What is known twice stays.
"""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE recovery_insolvency_payment payment
           SET credit_line_id = money.id, received_on = money.date, payment_name = move.name
          FROM account_move_line carried
          JOIN account_move_line money ON money.id = carried.recovery_origin_line_id AND money.balance < 0
          JOIN account_move move ON move.id = money.move_id
         WHERE carried.id = payment.credit_line_id
           AND NOT EXISTS (SELECT 1
                             FROM recovery_insolvency_payment other
                        LEFT JOIN account_move_line line ON line.id = other.credit_line_id
                            WHERE other.id != payment.id
                              AND other.insolvency_id = payment.insolvency_id
                              AND other.line_id IS NOT DISTINCT FROM payment.line_id
                              AND (line.id = money.id OR line.recovery_origin_line_id = money.id))
        """
    )
