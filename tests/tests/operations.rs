//! Every operation on floats and every conversion, over many aimed operands at once, on every engine, and again on the
//! host's own unit where that is exact.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use lockstep_module::{Argument, Array, Call};
use lockstep_numbers::ScalarType;
use lockstep_tests::{everywhere, files, random::Random, special};

const SOURCE: &str = "
kernel all[n](a: in [f32; n], b: in [f32; n], c: in [u32; n], y: out [f32; 11, n], z: out [u32; 8, n]) each i in n {
    y[0, i] = a[i] + b[i];
    y[1, i] = a[i] - b[i];
    y[2, i] = a[i] * b[i];
    y[3, i] = a[i] / b[i];
    y[4, i] = sqrt(a[i]);
    y[5, i] = min(a[i], b[i]);
    y[6, i] = max(a[i], b[i]);
    y[7, i] = -a[i];
    y[8, i] = abs(a[i]);
    y[9, i] = f32(c[i]);
    y[10, i] = f32(i32(c[i]));
    z[0, i] = u32(a[i]);
    z[1, i] = u32(i32(a[i]));
    z[2, i] = u32(a[i] < b[i]);
    z[3, i] = u32(a[i] <= b[i]);
    z[4, i] = u32(a[i] == b[i]);
    z[5, i] = u32(a[i] != b[i]);
    z[6, i] = to_bits(a[i]);
    z[7, i] = to_bits(from_bits(c[i]));
}
";

/// How many pairs of operands.
const PAIRS: usize = 1 << 18;

/// A partner of `a` whose product or quotient with it lies at the end of the normal range, or whose difference cancels.
fn aimed(random: &mut Random, a: u32) -> u32 {
    let exponent = (a >> 23) & 0xff;
    let near = random.below(5) as u32;
    let aimed = match random.below(4) {
        // A product near 2^-126, and one near 2^128.
        0 => (126 + near).wrapping_sub(exponent),
        1 => (379 + near).wrapping_sub(exponent),
        // A quotient near 2^-126.
        2 => (exponent + 124 + near).min(254),
        _ => return a ^ (random.word() & 0x8000_0007),
    };
    if (1..255).contains(&aimed) { (random.word() & 0x807f_ffff) | (aimed << 23) } else { random.word() }
}

fn operands() -> [Vec<u32>; 3] {
    let mut random = Random::new(0x0f32);
    let (mut a, mut b, mut c) = (Vec::new(), Vec::new(), Vec::new());
    for x in special::FLOATS {
        for y in special::FLOATS {
            a.push(x);
            b.push(y);
            c.push(*random.pick(&special::INTEGERS));
        }
    }
    while a.len() < PAIRS {
        let x = if random.one_in(4) { special::word(&mut random, ScalarType::F32) } else { random.word() };
        a.push(x);
        b.push(if random.one_in(2) { aimed(&mut random, x) } else { random.word() });
        c.push(random.word() >> random.below(32));
    }
    [a, b, c]
}

#[test]
fn every_operation_is_exact_on_every_engine() {
    let [a, b, c] = operands();
    let n = a.len() as u32;
    let array =
        |element, words: &Vec<u32>| Argument::Array(Array { element, dimensions: vec![n], words: words.clone() });
    let mut call = Call::default();
    call.arguments.insert("a".into(), array(ScalarType::F32, &a));
    call.arguments.insert("b".into(), array(ScalarType::F32, &b));
    call.arguments.insert("c".into(), array(ScalarType::U32, &c));
    let outcome = everywhere::run_everywhere(SOURCE, "all", call);
    // A second witness: where operands and result are normal, rule F is what IEEE 754 and the host say.
    let y = &files::output(&outcome, "y").words;
    let host: [fn(f32, f32) -> f32; 5] = [|a, b| a + b, |a, b| a - b, |a, b| a * b, |a, b| a / b, |a, _| a.sqrt()];
    let mut compared = 0;
    for (row, operation) in host.iter().enumerate() {
        for (i, (a, b)) in a.iter().zip(&b).enumerate() {
            let (a, b) = (f32::from_bits(*a), f32::from_bits(*b));
            let expected = operation(a, b);
            // Up to 2^-126 itself the two differ: IEEE 754 rounds to the grid of subnormals there.
            let whole = |x: f32| x.is_normal() && x.abs() > f32::MIN_POSITIVE || x.is_infinite();
            if whole(a) && whole(b) && whole(expected) {
                compared += 1;
                assert_eq!(y[row * n as usize + i], expected.to_bits(), "row {row}: {a:?} and {b:?}");
            }
        }
    }
    assert!(compared > 3 * PAIRS, "{compared}");
}
