//! The code blocks of a page: where they stand, their tags, their text.

/// A block between two fences.
#[derive(Debug, PartialEq)]
pub struct Block {
    /// The line of the opening fence, from 1.
    pub line: usize,
    /// What stands behind the opening fence, cut at commas.
    pub tags: Vec<String>,
    /// The lines between the fences.
    pub text: String,
    /// Whether nothing but empty lines stands between this block and the one before it.
    pub follows: bool,
}

/// The blocks of a page, in order.
///
/// # Errors
/// The line of a fence that nothing closes.
pub fn blocks(page: &str) -> Result<Vec<Block>, usize> {
    let mut found: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    let mut follows = false;
    for (number, line) in (1..).zip(page.lines()) {
        match (open.take(), line.trim_start().strip_prefix("```")) {
            (None, Some(info)) => {
                let tags = info.split(',').map(|tag| tag.trim().to_string()).collect();
                open = Some(Block { line: number, tags, text: String::new(), follows });
            }
            (None, None) => follows = follows && line.trim().is_empty(),
            (Some(block), Some("")) => {
                found.push(block);
                follows = true;
            }
            (Some(mut block), _) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
        }
    }
    open.map_or(Ok(found), |block| Err(block.line))
}

/// The text with each `«part»*N` replaced by N times the part.
///
/// # Errors
/// A repetition that is not written so.
pub fn expand(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('«') {
        out.push_str(before);
        let (part, tail) = after.split_once("»*").ok_or("a `«` without its `»*`")?;
        let digits = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        let count: usize = tail[..digits].parse().map_err(|_| "a `»*` without its number")?;
        out.push_str(&part.repeat(count));
        rest = &tail[digits..];
    }
    out.push_str(rest);
    Ok(out)
}
