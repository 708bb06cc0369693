//! How the place of a cell and the sizes of an array are printed.

use std::fmt::Display;

/// The place of a cell as it is written in source: `[2, 5]`.
pub fn show(position: usize, dimensions: &[u32]) -> String {
    let mut rest = position;
    let mut index: Vec<String> = Vec::with_capacity(dimensions.len());
    for size in dimensions.iter().rev() {
        let size = (*size).max(1) as usize;
        index.push((rest % size).to_string());
        rest /= size;
    }
    index.reverse();
    format!("[{}]", index.join(", "))
}

/// Sizes with signs of multiplication between: `480 × 640 × 3`.
pub fn product<T: Display>(sizes: &[T]) -> String {
    let sizes: Vec<String> = sizes.iter().map(T::to_string).collect();
    sizes.join(" × ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_index_varies_fastest() {
        assert_eq!(show(0, &[7]), "[0]");
        assert_eq!(show(11, &[3, 4]), "[2, 3]");
        assert_eq!(show(7, &[2, 2, 3]), "[1, 0, 1]");
    }
}
