//! Values of 64 bits, packed words, and what functions, structs and vectors come to.

use crate::make::{Program, words};

#[test]
fn cells_and_scalars_of_64_bits_are_two_words() {
    let program = Program::new(
        "kernel k[n](s: u64, x: in [i64; n], y: out [i64; n], z: out [u64; n]) each i of y {
            y[i] = x[i] * -3;
            z[i] = (s + u64(i)) * s;
        }",
    );
    let x = [5u64, (-7i64).cast_unsigned(), 1 << 40];
    let split = |bits: u64| [bits as u32, (bits >> 32) as u32];
    let cells = crate::make::Given::Array(vec![3], x.into_iter().flat_map(split).collect());
    let s = 0x1_0000_0003u64;
    let given = [("s", crate::make::Given::Scalar(s)), ("x", cells)];
    let y: Vec<u32> = x.into_iter().flat_map(|x| split(x.wrapping_mul(3).wrapping_neg())).collect();
    let z: Vec<u32> = (0..3).flat_map(|i| split((s + i).wrapping_mul(s))).collect();
    assert_eq!(program.outputs("k", &given), [y, z]);
}

#[test]
fn packed_words_are_taken_apart_and_multiplied() {
    let program = Program::new(
        "kernel k[n](a: in [i8x4; n], b: in [i8x4; n], sum: out [i32; n], swapped: out [i8x4; n]) each i of sum {
            sum[i] = dot(a[i], b[i]);
            swapped[i] = i8x4(a[i].w, a[i].z, a[i].y, a[i].x);
        }",
    );
    let given = [("a", words([0x80_01_02_ff])), ("b", words([0x80_05_06_07]))];
    let sum = (-128 * -128 + 5 + 2 * 6 - 7i32).cast_unsigned();
    assert_eq!(program.outputs("k", &given), [vec![sum], vec![0xff_02_01_80]]);
}

#[test]
fn structs_vectors_and_functions_are_names_for_scalars() {
    let program = Program::new(
        "struct Complex { re: f32, im: f32 }
        fn product(a: Complex, b: Complex) -> Complex {
            Complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
        }
        kernel k[n](x: in [f32; n], y: out [f32; n, 2]) each i in n {
            var z = Complex(x[i], 1.0);
            for trip in 0..2 { z = product(z, z); }
            let v = f32x2(z.re, z.im) * 2.0;
            y[i, 0] = v.x;
            y[i, 1] = v.y;
        }",
    );
    // (3 + i)^4 is 28 + 96 i.
    let wanted = [56.0f32.to_bits(), 192.0f32.to_bits()];
    assert_eq!(program.output("k", &[("x", words([3.0f32.to_bits()]))]), wanted);
}
