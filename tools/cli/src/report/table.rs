//! Columns that line up.

/// Lines of cells, each column as wide as its widest cell, two spaces between. The last column is not padded.
pub fn lines(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        cells.join("  ").trim_end().to_string()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_characters() {
        let rows = [["é", "1", "x"], ["long", "22", "yy"]].map(|row| row.map(String::from).to_vec());
        assert_eq!(lines(&rows), "é     1   x\nlong  22  yy");
        assert_eq!(lines(&[]), "");
    }
}
