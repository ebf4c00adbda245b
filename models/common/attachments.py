"""Documents uploaded on a form belong to its record, so that whoever reads it reads them."""


def adopt(records, by=None):
    """Attach to each record the documents that were uploaded before it existed, those left on a window included.

    A window that was saved once, because it first refused something, has its documents: it goes within hours, and
    they would go with it.

    :param by: only those that this user uploaded; None for all.
    """
    for record in records:
        orphans = record.attachment_ids.sudo().filtered(_is_orphan)
        if by:
            orphans = orphans.filtered(lambda attachment: attachment.create_uid == by)
        orphans.write({"res_model": record._name, "res_id": record.id})


def _is_orphan(attachment):
    """Tell whether a document is of nothing that stays; what lies on a window is its author's alone to take away."""
    if not attachment.res_id:
        return True
    holder = attachment.env.get(attachment.res_model)
    return holder is not None and holder._transient and attachment.create_uid == attachment.env.user
