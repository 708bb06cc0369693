//! Products of matrices of small integers by the device's own units (VK_KHR_cooperative_matrix): which shapes, whether
//! they are exact, and how fast.

use ash::vk;
use rspirv::spirv::{
    Capability, CooperativeMatrixOperands, CooperativeMatrixUse, LoopControl, Scope, StorageClass, Word,
};

use crate::{
    device::{Device, MatrixShape, Ran},
    operands::Words,
    report::Report,
    shader::{Built, STRICT, Shader},
};

/// Lanes of a subgroup.
const SUBGROUP: u32 = 32;
/// Subgroups at work, and how often each multiplies, where the rate is measured.
const SUBGROUPS: u32 = 132 * 64;
const REPEATS: u32 = 1 << 14;

/// Asks.
///
/// # Errors
/// The driver refuses a shader that it says it can take.
pub fn ask(device: &Device, report: &mut Report) -> Ran<()> {
    report.heading("Matrices");
    if device.matrices.is_empty() {
        report.line("VK_KHR_cooperative_matrix", "not offered");
    }
    for shape in &device.matrices {
        let [a, b, c, r] = shape.types.map(|ty| format!("{ty:?}").to_lowercase());
        let scope = format!("{:?}", shape.scope).to_lowercase();
        report.line(&format!("{} × {} × {}", shape.m, shape.n, shape.k), &format!("{a} × {b} + {c} → {r}, {scope}"));
    }
    let bytes = [vk::ComponentTypeKHR::SINT8, vk::ComponentTypeKHR::SINT8];
    let integers = |shape: &&MatrixShape| {
        shape.types[..2] == bytes
            && shape.types[2] == vk::ComponentTypeKHR::SINT32
            && shape.scope == vk::ScopeKHR::SUBGROUP
    };
    for shape in device.matrices.iter().filter(integers) {
        match measure(device, shape) {
            Ok((wrong, rate)) => report.line(
                &format!("{} × {} × {} of s8", shape.m, shape.n, shape.k),
                &format!(
                    "{wrong} cells wrong after many sums, {rate:.1} × 10^12 multiplications and additions a second"
                ),
            ),
            Err(refusal) => report.line(&format!("{} × {} × {} of s8", shape.m, shape.n, shape.k), &refusal),
        }
    }
    Ok(())
}

/// How many cells are wrong, and how many operations there are in a picosecond.
fn measure(device: &Device, shape: &MatrixShape) -> Ran<(usize, f64)> {
    let (m, n, k) = (shape.m as usize, shape.n as usize, shape.k as usize);
    let mut words = Words::new(7);
    let packed = |words: &mut Words, count: usize| (0..count / 4).map(|_| words.next()).collect::<Vec<u32>>();
    let (a, b) = (packed(&mut words, m * k), packed(&mut words, k * n));
    let cell = |packed: &[u32], at: usize| i32::from((packed[at / 4] >> (8 * (at % 4))) as u8 as i8);
    let right = |repeats: u32| -> Vec<u32> {
        let cells = (0..m * n).map(|at| {
            let (row, column) = (at / n, at % n);
            let sum: i32 = (0..k).map(|p| cell(&a, row * k + p) * cell(&b, p * n + column)).sum();
            (sum as u32).wrapping_mul(repeats)
        });
        cells.collect()
    };
    let once = shader(shape, 3).map_err(|error| error.to_string())?;
    let (found, _) = device.run(&once, &[&a, &b], m * n, 1)?;
    let wrong = found.iter().zip(right(3)).filter(|(found, right)| **found != *right).count();
    let many = shader(shape, REPEATS).map_err(|error| error.to_string())?;
    device.run(&many, &[&a, &b], m * n, SUBGROUPS)?;
    let (found, time) = device.run(&many, &[&a, &b], m * n, SUBGROUPS)?;
    let wrong = wrong + found.iter().zip(right(REPEATS)).filter(|(found, right)| **found != *right).count();
    let operations = 2.0 * (m * n * k) as f64 * f64::from(REPEATS) * f64::from(SUBGROUPS);
    Ok((wrong, operations / time.as_secs_f64() / 1e12))
}

/// C ← C + A·B, so many times, from zero; every subgroup writes the same result. Four sums at a time keep the units busy.
fn shader(shape: &MatrixShape, repeats: u32) -> Built<Vec<u32>> {
    let mut s = Shader::new(STRICT, 3);
    s.b.capability(Capability::CooperativeMatrixKHR);
    s.b.capability(Capability::Int8);
    s.b.capability(Capability::StorageBuffer8BitAccess);
    s.b.extension("SPV_KHR_cooperative_matrix");
    let (byte, signed) = (s.b.type_int(8, 1), s.b.type_int(32, 1));
    let constant = |s: &mut Shader, word: u32| s.constant(word);
    let subgroup = constant(&mut s, Scope::Subgroup as u32);
    let [m, n, k] = [shape.m, shape.n, shape.k].map(|size| constant(&mut s, size));
    let uses = [
        CooperativeMatrixUse::MatrixAKHR,
        CooperativeMatrixUse::MatrixBKHR,
        CooperativeMatrixUse::MatrixAccumulatorKHR,
    ];
    let [use_a, use_b, use_c] = uses.map(|matrix_use| constant(&mut s, matrix_use as u32));
    let type_a = s.b.type_cooperative_matrix_khr(byte, subgroup, m, k, use_a);
    let type_b = s.b.type_cooperative_matrix_khr(byte, subgroup, k, n, use_b);
    let type_c = s.b.type_cooperative_matrix_khr(signed, subgroup, m, n, use_c);
    let zero = s.constant(0);
    let signed_zero = s.b.constant_bit32(signed, 0);
    let cleared = s.b.constant_composite(type_c, [signed_zero]);
    s.begin(SUBGROUP)?;
    let pointer = s.b.type_pointer(None, StorageClass::Function, type_c);
    let counter_pointer = s.b.type_pointer(None, StorageClass::Function, s.word);
    let sum = s.b.variable(pointer, None, StorageClass::Function, Some(cleared));
    let counter = s.b.variable(counter_pointer, None, StorageClass::Function, Some(zero));
    // Strides in words of the buffers, which are of words: four bytes each.
    let (stride_a, stride_b, stride_c) = (s.constant(shape.k / 4), s.constant(shape.n / 4), s.constant(shape.n));
    let load = |s: &mut Shader, ty: Word, buffer: usize, stride: Word| -> Built<Word> {
        let cell = s.cell(buffer, zero)?;
        s.b.cooperative_matrix_load_khr(ty, None, cell, zero, Some(stride), None, [])
    };
    let a = load(&mut s, type_a, 0, stride_a)?;
    let b = load(&mut s, type_b, 1, stride_b)?;
    let (header, test, body, next, merge) = (s.b.id(), s.b.id(), s.b.id(), s.b.id(), s.b.id());
    let (trips, one) = (s.constant(repeats), s.constant(1));
    s.b.branch(header)?;
    s.b.begin_block(Some(header))?;
    s.b.loop_merge(merge, next, LoopControl::NONE, [])?;
    s.b.branch(test)?;
    s.b.begin_block(Some(test))?;
    let now = s.b.load(s.word, None, counter, None, [])?;
    let go_on = s.b.u_less_than(s.truth, None, now, trips)?;
    s.b.branch_conditional(go_on, body, merge, [])?;
    s.b.begin_block(Some(body))?;
    let before = s.b.load(type_c, None, sum, None, [])?;
    let signs = CooperativeMatrixOperands::MATRIX_A_SIGNED_COMPONENTS_KHR
        | CooperativeMatrixOperands::MATRIX_B_SIGNED_COMPONENTS_KHR
        | CooperativeMatrixOperands::MATRIX_C_SIGNED_COMPONENTS_KHR
        | CooperativeMatrixOperands::MATRIX_RESULT_SIGNED_COMPONENTS_KHR;
    let after = s.b.cooperative_matrix_mul_add_khr(type_c, None, a, b, before, Some(signs))?;
    s.b.store(sum, after, None, [])?;
    s.b.branch(next)?;
    s.b.begin_block(Some(next))?;
    let now = s.b.load(s.word, None, counter, None, [])?;
    let more = s.b.i_add(s.word, None, now, one)?;
    s.b.store(counter, more, None, [])?;
    s.b.branch(header)?;
    s.b.begin_block(Some(merge))?;
    let result = s.b.load(type_c, None, sum, None, [])?;
    let cell = s.cell(2, zero)?;
    s.b.cooperative_matrix_store_khr(cell, result, zero, Some(stride_c), None, [])?;
    s.end()
}

#[cfg(test)]
mod tests {
    use spirv_tools::{
        TargetEnv,
        val::{self, Validator},
    };

    use super::*;

    /// No CPU driver has these units, so that the validator is the only one here to read the shader.
    #[test]
    fn the_shader_is_legal() {
        let types = [vk::ComponentTypeKHR::SINT8; 4];
        let shape = MatrixShape { m: 16, n: 16, k: 32, types, scope: vk::ScopeKHR::SUBGROUP };
        let words = shader(&shape, 3).unwrap();
        val::create(Some(TargetEnv::Vulkan_1_3)).validate(words, None).unwrap();
    }
}
