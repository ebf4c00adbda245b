"""Texts that ask for more than their placeholders: what somebody means to have run, in each way of writing it."""

EXPRESSIONS = (
    "object.env",
    "object.env['res.users'].browse(2).write({'signature': 'hacked'})",
    "object.debtor_id.name",
    "object.amount_text.__class__",
    "object['amount_text']",
    "object.secret",
    "user.login",
    "7*7",
    "__import__('os').system('id')",
    "object.amount_text ||| x",
    "OBJECT.amount_text",
    "object.amount_text or user.login",
)
# in a line of text and in HTML alike
LINES = (
    "{{ %s }}",
    "{{%s}}",
    "{{ object.amount_text }} {{ %s }}",
    "{{{ %s }}}",
    "{{ %s",
    "${%s}",
    "#{%s}",
    "{%% set x = %s %%}",
    '<t t-out="%s"/>',
    '<t t-esc="%s"/>',
    "<T T-RAW='%s'></T>",
    '<x:t t-out="%s"/>',
)
# in HTML only
PAGES = (
    '<t t-out="object.amount_text" t-if="%s"/>',
    '<t t-foreach="%s" t-as="x"><t t-out="x"/></t>',
    '<t t-set="x" t-value="%s"/>',
    '<t t-call="%s"/>',
    "<t>%s</t>",
    '<p t-out="%s">k</p>',
    '<p t-att-title="%s">k</p>',
    '<p t-attf-title="#{%s}">k</p>',
    '<p x:t-esc="%s">k</p>',
    '<p title="{{ %s }}">k</p>',
    '<a href="https://example.com/{{%s}}">k</a>',
    '<a href="https://example.com/#{%s}">k</a>',
    "<p>{<b></b>{ x }} {{<i>%s</i>}}</p>",
    "<p>&#123;&#123; %s &#125;&#125;</p>",
    "<p>&lbrace;&lbrace; %s }}</p>",
    '<p>&lt;t t-out="%s"/&gt;</p>',
    "<!-- {{ %s }} -->",
    '<!--[if mso]><t t-out="%s"/><![endif]-->',
    "<?php {{ %s }} ?>",
    "<![CDATA[ {{ %s }} ]]>",
    "<style>p { {{ %s }} }</style>",
    "<textarea>{{ %s }}</textarea>",
    "<p {{ %s }}>k</p>",
    '<t t-out="object.amount_text"><p>{{ %s }}</p></t>',
    '<t t-out="object.amount_text">{{ %s }}</t>',
    "</body></html><p>{{ %s }}</p>",
)


def make_lines():
    """Return hostile lines of text, every shape with every expression."""
    return [shape % expression for shape in LINES for expression in EXPRESSIONS]


def make_pages():
    """Return hostile HTML, every shape with every expression; that of a line stands in a paragraph."""
    quoted = [expression.replace('"', "&quot;") for expression in EXPRESSIONS]
    lines = [f"<p>a</p><p>{shape % expression}</p>" for shape in LINES for expression in quoted]
    return lines + [f"<p>a</p>{shape % expression}" for shape in PAGES for expression in quoted]
