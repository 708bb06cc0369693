//! Words of the language. A lexer never fails: what is no word becomes [`Token::Unknown`] and the grammar goes on.

use std::fmt;

use logos::Logos;

/// One word.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(skip r"[ \t\r\n\f]+")]
#[logos(skip(r"//[^/\n][^\n]*", allow_greedy = true))]
#[logos(skip r"//")]
#[allow(missing_docs, reason = "each variant is the word in its attribute")]
pub enum Token<'a> {
    /// `/// text`, one line of documentation for the item that follows.
    #[regex(r"///[^\n]*", |lex| lex.slice(), allow_greedy = true)]
    Doc(&'a str),
    #[token("use")]
    Use,
    #[token("const")]
    Const,
    #[token("fn")]
    Fn,
    #[token("kernel")]
    Kernel,
    #[token("job")]
    Job,
    #[token("each")]
    Each,
    #[token("of")]
    Of,
    #[token("in")]
    In,
    #[token("out")]
    Out,
    #[token("inout")]
    InOut,
    #[token("let")]
    Let,
    #[token("var")]
    Var,
    #[token("if")]
    If,
    #[token("else")]
    Else,
    #[token("for")]
    For,
    #[token("step")]
    Step,
    #[token("max")]
    Max,
    #[token("break")]
    Break,
    #[token("continue")]
    Continue,
    #[token("assert")]
    Assert,
    #[token("run")]
    Run,
    #[token("swap")]
    Swap,
    #[token("true")]
    True,
    #[token("false")]
    False,
    #[token("struct")]
    Struct,
    #[token("profile")]
    Profile,
    #[token("tile")]
    Tile,
    #[token("as")]
    As,
    #[token("at")]
    At,
    #[token("lanes")]
    Lanes,
    #[token("shared")]
    Shared,
    #[token("lane")]
    Lane,
    #[token("phase")]
    Phase,
    #[token("acc")]
    Acc,
    #[token("claim")]
    Claim,
    #[regex(r"[\p{XID_Start}_]\p{XID_Continue}*", |lex| lex.slice(), priority = 2)]
    Name(&'a str),
    #[regex(r"[0-9][0-9_]*", |lex| lex.slice())]
    #[regex(r"0x[0-9a-zA-Z_]*", |lex| lex.slice())]
    #[regex(r"0b[0-9a-zA-Z_]*", |lex| lex.slice(), priority = 4)]
    Integer(&'a str),
    #[regex(r"[0-9][0-9_]*\.[0-9][0-9_]*([eE][+-]?[0-9]+)?", |lex| lex.slice())]
    #[regex(r"[0-9][0-9_]*[eE][+-]?[0-9]+", |lex| lex.slice())]
    Float(&'a str),
    #[token("::")]
    PathSeparator,
    #[token("..")]
    DotDot,
    #[token("->")]
    Arrow,
    #[token("==")]
    EqualEqual,
    #[token("!=")]
    NotEqual,
    #[token("<=")]
    LessEqual,
    #[token(">=")]
    GreaterEqual,
    #[token("<<")]
    ShiftLeft,
    #[token(">>")]
    ShiftRight,
    #[token("&&")]
    AndAnd,
    #[token("||")]
    OrOr,
    #[token("+=")]
    PlusEqual,
    #[token("-=")]
    MinusEqual,
    #[token("*=")]
    StarEqual,
    #[token("/=")]
    SlashEqual,
    #[token("%=")]
    PercentEqual,
    #[token("&=")]
    AndEqual,
    #[token("|=")]
    OrEqual,
    #[token("^=")]
    XorEqual,
    #[token("<<=")]
    ShiftLeftEqual,
    #[token(">>=")]
    ShiftRightEqual,
    #[token("min=")]
    MinEqual,
    #[token("max=")]
    MaxEqual,
    #[token("=")]
    Equal,
    #[token("<")]
    Less,
    #[token(">")]
    Greater,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("%")]
    Percent,
    #[token("&")]
    And,
    #[token("|")]
    Or,
    #[token("^")]
    Xor,
    #[token("!")]
    Not,
    #[token("(")]
    OpenRound,
    #[token(")")]
    CloseRound,
    #[token("[")]
    OpenSquare,
    #[token("]")]
    CloseSquare,
    #[token("{")]
    OpenCurly,
    #[token("}")]
    CloseCurly,
    #[token(",")]
    Comma,
    #[token(";")]
    Semicolon,
    #[token(":")]
    Colon,
    #[token(".")]
    Dot,
    /// A character that begins no word.
    Unknown(&'a str),
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Doc(_) => f.write_str("a doc comment"),
            Token::Name(text) | Token::Integer(text) | Token::Float(text) | Token::Unknown(text) => f.write_str(text),
            other => f.write_str(&format!("{other:?}")),
        }
    }
}

/// A word with the bytes that it covers.
pub type Spanned<'a> = (u32, Token<'a>, u32);

/// Cuts a text into words. Documentation that stands before no item is an ordinary comment and is left out.
pub fn tokens(text: &str) -> Vec<Spanned<'_>> {
    let mut words: Vec<Spanned<'_>> = Vec::new();
    for (word, span) in Token::lexer(text).spanned() {
        let unknown = || Token::Unknown(text.get(span.clone()).unwrap_or_default());
        words.push((span.start as u32, word.unwrap_or_else(|()| unknown()), span.end as u32));
    }
    let mut before_item = false;
    words.reverse();
    words.retain(|(_, word, _)| match word {
        Token::Doc(_) => before_item,
        _ => {
            before_item = matches!(word, Token::Const | Token::Struct | Token::Fn | Token::Kernel | Token::Job);
            true
        }
    });
    words.reverse();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Token<'_>> {
        tokens(text).into_iter().map(|(_, word, _)| word).collect()
    }

    #[test]
    fn ranges_are_not_floats() {
        assert_eq!(words("0..16"), [Token::Integer("0"), Token::DotDot, Token::Integer("16")]);
        assert_eq!(words("1.5e-3 2e8"), [Token::Float("1.5e-3"), Token::Float("2e8")]);
    }

    #[test]
    fn comments_are_skipped_and_docs_kept_before_items() {
        assert_eq!(words("// a\n//\n/// b\nfn"), [Token::Doc("/// b"), Token::Fn]);
        assert_eq!(words("/// b\nlet //"), [Token::Let]);
        assert_eq!(words("//// rule\nfn"), [Token::Doc("//// rule"), Token::Fn]);
    }

    #[test]
    fn what_is_no_word_is_kept_as_unknown() {
        assert_eq!(words("a § b"), [Token::Name("a"), Token::Unknown("§"), Token::Name("b")]);
    }
}
