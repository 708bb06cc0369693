//! Whether two engines gave the same cells, and how far apart they are if not.

use lockstep_module::Output;
use lockstep_numbers::{ScalarType, canonical};

/// What the comparison found.
pub struct Agreement {
    /// Cells in all.
    pub cells: usize,
    /// Cells whose bits differ, once NaNs and subnormals are made one.
    pub different: usize,
    /// Whether a cell that must be exact differs: an integer.
    pub wrong: bool,
    /// The largest distance of two floats, relative to the largest float of the array.
    pub distance: f64,
}

impl Agreement {
    /// Compares what two programs wrote.
    pub fn of(first: &[Output], second: &[Output]) -> Agreement {
        let mut agreement = Agreement { cells: 0, different: 0, wrong: first.len() != second.len(), distance: 0.0 };
        for (first, second) in first.iter().zip(second) {
            agreement.add(first, second);
        }
        agreement
    }

    fn add(&mut self, first: &Output, second: &Output) {
        let element = first.array.element;
        let pairs = || first.array.words.iter().zip(&second.array.words);
        let same = |(a, b): &(&u32, &u32)| canonical(element, u64::from(**a)) == canonical(element, u64::from(**b));
        let different = pairs().filter(|pair| !same(pair)).count();
        self.cells += first.array.words.len();
        self.different += different;
        self.wrong |= first.name != second.name || first.array.words.len() != second.array.words.len();
        if element != ScalarType::F32 {
            self.wrong |= different > 0;
            return;
        }
        let largest = pairs().map(|(a, _)| value(*a).abs()).fold(f64::MIN_POSITIVE, f64::max);
        let apart = pairs().map(|(a, b)| (value(*a) - value(*b)).abs()).fold(0.0, f64::max);
        self.distance = self.distance.max(apart / largest);
    }

    /// In words.
    pub fn show(&self) -> String {
        match (self.different, self.wrong) {
            (_, true) => format!("WRONG: {} of {} cells differ", self.different, self.cells),
            (0, _) => "same bits".into(),
            (n, _) => format!("{n} of {} differ, by {:.1e} of the largest", self.cells, self.distance),
        }
    }
}

fn value(word: u32) -> f64 {
    f64::from(f32::from_bits(word))
}

#[cfg(test)]
mod tests {
    use lockstep_module::Array;

    use super::*;

    fn outputs(element: ScalarType, words: &[u32]) -> Vec<Output> {
        let array = Array { element, dimensions: vec![2], words: words.into() };
        vec![Output { name: "y".into(), array }]
    }

    #[test]
    fn an_integer_must_be_exact() {
        let (a, b) = (outputs(ScalarType::U32, &[1, 2]), outputs(ScalarType::U32, &[1, 3]));
        assert!(!Agreement::of(&a, &a).wrong);
        assert!(Agreement::of(&a, &b).wrong);
        assert!(Agreement::of(&a, &[]).wrong);
    }

    #[test]
    fn a_float_may_differ_and_the_distance_is_told() {
        let (one, more) = (1.0f32.to_bits(), 1.5f32.to_bits());
        let (a, b) = (outputs(ScalarType::F32, &[one, 2]), outputs(ScalarType::F32, &[more, 0]));
        let agreement = Agreement::of(&a, &b);
        assert_eq!((agreement.different, agreement.wrong), (1, false), "2 is the bits of a subnormal, which is zero");
        assert!((agreement.distance - 0.5).abs() < 1e-9);
    }
}
