"""Documents uploaded on a form belong to its record, so that whoever reads it reads them."""


def adopt(records, by=None):
    """Attach to each record the documents that were uploaded before it existed.

    :param by: only those that this user uploaded; None for all.
    """
    for record in records:
        orphans = record.attachment_ids.sudo().filtered(lambda attachment: not attachment.res_id)
        if by:
            orphans = orphans.filtered(lambda attachment: attachment.create_uid == by)
        orphans.write({"res_model": record._name, "res_id": record.id})
