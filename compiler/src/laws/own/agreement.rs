//! The quick proof never knows better than the enumeration: on random phases, what it has proven is proven.

use super::{BUDGET, quick, tiles};
use crate::{laws::own::cover, program::Program, resolve, source::Sources, syntax, types};

/// A typed program, whatever the laws say of it.
fn program(text: &str) -> Program {
    let mut sources = Sources::default();
    let main = sources.add("own.lks", text);
    let tree = syntax::parse(main, text).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
    let (files, _) = resolve::imports(&mut sources, tree, &|_| None);
    let (resolved, errors) = resolve::resolve(&files);
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    let (program, errors) = types::check(&resolved, None);
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    program
}

/// Numbers that look random.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % n
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len() as u64) as usize]
    }

    fn factor(&mut self) -> &'static str {
        self.one(&["0", "1", "2", "3", "4", "5", "8", "12", "16", "20", "32", "4294967295", "4294967288", "2147483648"])
    }

    fn index(&mut self) -> String {
        // Half of them are laid out well, but for what comes after.
        let [y, x, i, j] = match self.below(10) {
            0 => ["8", "1", "32", "64"],
            1 => ["1", "4", "32", "64"],
            2 => ["64", "8", "0", "1"],
            3 => ["16", "2", "1", "0"],
            4 => ["4294967288", "4294967295", "0", "32"],
            _ => [self.factor(), self.factor(), self.factor(), self.factor()],
        };
        let number = self.one(&["0", "0", "1", "4", "7", "16", "64", "4294967295"]);
        let rest =
            self.one(&["0", "0", "0", "n", "p * 3", "p * n", "y / (x + 1)", "x / x - x / x", "d[0] * 64", "y * p"]);
        let sum = format!("y * {y} + x * {x} + i * {i} + j * {j} + g * {number} + {number} + {rest}");
        match self.below(5) {
            0 => format!("({sum}) & {}", self.one(&["63", "255", "15"])),
            1 => format!("({sum}) ^ {number}"),
            _ => sum,
        }
    }

    fn access(&mut self) -> String {
        if self.below(3) > 0 {
            format!("s[{}]", self.index())
        } else {
            format!("q[{}, {}]", self.index(), self.index())
        }
    }

    fn condition(&mut self) -> String {
        let coordinate = self.one(&["y", "x"]);
        let number = self.one(&["0", "1", "2", "3", "4", "1 << g", "p"]);
        match self.below(6) {
            0 => format!("{coordinate} == {number}"),
            1 => format!("{number} > {coordinate}"),
            2 => format!("x <= {number} && y < 2"),
            3 => format!("!({coordinate} >= {number} || d[1] > 3)"),
            4 => "d[x] > y".into(),
            _ => format!("{coordinate} < {number}"),
        }
    }

    fn statement(&mut self) -> String {
        let write = format!("{} = 1;", self.access());
        match self.below(5) {
            0 => format!("v = {};", self.access()),
            1 => format!("if {} {{ {write} }}", self.condition()),
            2 => format!("if {} {{ v = 2; }} else {{ {write} }}", self.condition()),
            _ => write,
        }
    }

    fn kernel(&mut self) -> String {
        let count = 1 + self.below(2);
        let statements: String = (0..count).map(|_| self.statement()).collect();
        let (outer, inner) =
            (self.one(&["0..1", "0..2", "2..6", "0..p"]), self.one(&["0..1", "0..4", "0..8", "0..y", "1..9"]));
        let group = self.one(&["0..1", "0..3", "0..n"]);
        format!(
            "kernel k[n, m](d: in [u32; n], p: u32, o: out [u32; m]) tile (64) of o as t at (r) lanes (4, 8) {{
                shared s: [u32; 256];
                shared q: [u32; 16, 16];
                lane v: u32 = 0;
                for g in {group} {{ phase (y, x) {{
                    for i in {outer} max 9 {{ for j in {inner} max 9 {{ {statements} }} }}
                }} }}
                phase (y, x) {{ t[y * 8 + x] = s[63 - (y * 8 + x)] + q[y, x]; }}
            }}"
        )
    }
}

#[test]
fn what_is_proven_quickly_is_proven_by_enumeration() {
    let mut dice = Dice(20);
    let (mut proven, mut refused) = (0, 0);
    for _ in 0..4000 {
        let text = dice.kernel();
        let program = program(&text);
        let kernel = &program.kernels[0];
        let phases = kernel.phases();
        let places = || phases.iter().flat_map(|phase| tiles::written(phase).into_iter().map(|array| (*phase, array)));
        let quick = quick::prove(&program, kernel, places());
        for (place, quick) in places().zip(quick.proven).take_while(|(place, _)| !std::ptr::eq(place.0, phases[1])) {
            let mut found = Vec::new();
            tiles::enumerate(&program, kernel, vec![place], 4 * BUDGET, &mut found);
            assert!(!quick || found.is_empty(), "{found:?}\n{text}");
            proven += usize::from(quick);
            refused += usize::from(!found.is_empty());
        }
    }
    assert!(proven > 300 && refused > 300, "{proven} {refused}");
}

/// The same for which arrays show their zeros.
#[test]
fn what_is_written_whole_is_written_cell_by_cell() {
    let mut dice = Dice(7);
    let mut whole = 0;
    for _ in 0..4000 {
        let text = dice.kernel();
        let program = program(&text);
        let kernel = &program.kernels[0];
        let (quick, slow) = (cover::shows_zeros(&program, kernel), cover::by_lanes(&program, kernel));
        assert_eq!(quick, slow, "{text}");
        whole += quick.iter().filter(|shown| !**shown).count();
    }
    assert!(whole > 20, "{whole}");
}
