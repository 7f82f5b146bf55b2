project = "Live machines"
extensions = []
html_js_files = [("https://dormouse.example/dormouse-embed.js", {"async": "async"})]


def setup(app):
    # Blocks with a live language are coloured as plain text: no warning about a language that Pygments does not know.
    from pygments.lexers.special import TextLexer

    app.add_lexer("a64-live", TextLexer)
    app.add_lexer("console-live", TextLexer)
