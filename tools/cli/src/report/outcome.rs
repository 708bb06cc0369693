//! What a run gave: one line for each engine, and one for each output.

use std::{path::Path, time::Duration};

use lockstep_module::Output;

/// How many cells of an output are shown.
const SHOWN: usize = 8;

/// `interpreter        sha256:….  0.123 s`. `width` is that of the longest name.
pub fn engine_line(name: &str, width: usize, hash: &str, time: Duration) -> String {
    format!("{name:width$}  sha256:{hash}  {:.3} s", time.as_secs_f64())
}

/// `cost 1200 of at most 5000`; what was really spent is known only where the interpreter ran.
pub fn cost_line(spent: Option<u64>, most: u64) -> String {
    match spent {
        Some(spent) => format!("cost {spent} of at most {most}"),
        None => format!("cost at most {most}"),
    }
}

/// `y: [f32; 2, 3] = 1.0, 2.0, …`, and the path that it was written to.
pub fn output_line(output: &Output, saved: Option<&Path>) -> String {
    let array = &output.array;
    let sizes: Vec<String> = array.dimensions.iter().map(u32::to_string).collect();
    let mut cells: Vec<String> = array.cells().take(SHOWN).map(|bits| array.element.show(bits)).collect();
    if array.words.len() > SHOWN * array.element.words() {
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
        let words = [u32::MAX; 8 * 2].to_vec();
        let array = Array { element: ScalarType::I64, dimensions: vec![8], words };
        let line = output_line(&Output { name: "y".into(), array }, None);
        assert_eq!(line, "y: [i64; 8] = -1, -1, -1, -1, -1, -1, -1, -1");
    }

    #[test]
    fn a_cost_says_what_is_known_of_it() {
        assert_eq!(cost_line(Some(7), 9), "cost 7 of at most 9");
        assert_eq!(cost_line(None, 9), "cost at most 9");
    }

    #[test]
    fn names_of_engines_are_padded() {
        let line = engine_line("cpu", 5, "ab", Duration::from_millis(1234));
        assert_eq!(line, "cpu    sha256:ab  1.234 s");
    }
}
