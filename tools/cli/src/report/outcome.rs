//! What a run gave: one line for each engine, and one for each output.

use std::{path::Path, time::Duration};

use lockstep_module::Output;

/// How many cells of an output are shown.
const SHOWN: usize = 8;

/// `interpreter        sha256:….  0.123 s`. `width` is that of the longest name.
pub fn engine_line(name: &str, width: usize, hash: &str, time: Duration) -> String {
    format!("{name:width$}  sha256:{hash}  {:.3} s", time.as_secs_f64())
}

/// `y: [f32; 2, 3] = 1.0, 2.0, …`, and the path that it was written to.
pub fn output_line(output: &Output, saved: Option<&Path>) -> String {
    let array = &output.array;
    let sizes: Vec<String> = array.dimensions.iter().map(u32::to_string).collect();
    let mut cells: Vec<String> = array.words.iter().take(SHOWN).map(|word| array.element.show(*word)).collect();
    if array.words.len() > SHOWN {
        cells.push("…".into());
    }
    let cells = if cells.is_empty() { "no cells".to_string() } else { cells.join(", ") };
    let saved = saved.map(|path| format!("  → {}", path.display())).unwrap_or_default();
    format!("{}: [{}; {}] = {cells}{saved}", output.name, array.element, sizes.join(", "))
}

#[cfg(test)]
mod tests {
    use lockstep_module::Array;
    use lockstep_numbers::ScalarType;

    use super::*;

    #[test]
    fn long_outputs_are_cut() {
        let output = |words: Vec<u32>| Output {
            name: "y".into(),
            array: Array { element: ScalarType::U32, dimensions: vec![words.len() as u32], words },
        };
        assert_eq!(output_line(&output(vec![1, 2]), Some(Path::new("y.npy"))), "y: [u32; 2] = 1, 2  → y.npy");
        assert_eq!(output_line(&output(vec![7; 9]), None), "y: [u32; 9] = 7, 7, 7, 7, 7, 7, 7, 7, …");
        assert_eq!(output_line(&output(vec![]), None), "y: [u32; 0] = no cells");
    }

    #[test]
    fn names_of_engines_are_padded() {
        let line = engine_line("cpu", 5, "ab", Duration::from_millis(1234));
        assert_eq!(line, "cpu    sha256:ab  1.234 s");
    }
}
