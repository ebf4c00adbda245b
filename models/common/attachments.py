"""Documents uploaded on a form belong to its record, so that whoever reads it reads them."""


def adopt(records):
    """Attach to each record the documents that were uploaded before it existed."""
    for record in records:
        orphans = record.attachment_ids.sudo().filtered(lambda attachment: not attachment.res_id)
        orphans.write({"res_model": record._name, "res_id": record.id})
