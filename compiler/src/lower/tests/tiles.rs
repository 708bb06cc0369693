//! Tile kernels: barriers, zeroing, edges, and the disciplines that are atomic.

use lockstep_module::{Access as Discipline, Combine, Extent, Signature, spirv_abi::NO_TRAP};
use lockstep_numbers::{Binary, ScalarType};

use super::{access, array, block, expression, literal, local, lowered, named, phase};
use crate::{
    ir::{self, Instruction, evaluate::Machine},
    program::{
        ArrayRef, Expression, ExpressionKind, For, GroupStatement, Kernel, Local, LocalId, LocalKind, Program, Shape,
        Shared, Statement, Tile,
    },
    source::Span,
    spirv,
};

const U32: ScalarType = ScalarType::U32;

fn word(bits: u64) -> Expression {
    literal(bits, U32)
}

fn at(id: u32) -> Expression {
    local(id, U32)
}

fn binary(operator: Binary, left: Expression, right: Expression) -> Expression {
    let ty = left.ty;
    expression(ExpressionKind::Binary { operator, left: Box::new(left), right: Box::new(right) }, ty)
}

fn add(left: Expression, right: Expression) -> Expression {
    binary(Binary::Add, left, right)
}

fn times(left: Expression, right: Expression) -> Expression {
    binary(Binary::Multiply, left, right)
}

fn load(array: ArrayRef, indices: Vec<Expression>, ty: ScalarType, otherwise: Option<Expression>) -> Expression {
    let otherwise = otherwise.map(Box::new);
    expression(ExpressionKind::Load { access: access(array, indices, 0), otherwise }, ty)
}

fn store(array: ArrayRef, indices: Vec<Expression>, value: Expression) -> Statement {
    Statement::Store { access: access(array, indices, 0), value }
}

fn repeat(counter: u32, to: u64, body: Vec<Statement>) -> Statement {
    let (from, to) = (word(0), word(to));
    Statement::For(Box::new(For {
        counter: LocalId(counter),
        ty: U32,
        from,
        to,
        step: 1,
        max: None,
        body: block(body),
    }))
}

fn shared(name: &str, element: ScalarType, dimensions: &[u32], combine: Option<Combine>) -> Shared {
    Shared { name: name.into(), element, dimensions: dimensions.to_vec(), combine, span: Span::default() }
}

fn kernel(
    extents: &[&str],
    parameters: Vec<lockstep_module::Parameter>,
    (tiles, lanes): (Vec<Tile>, &[u32]),
    (locals, shared): (Vec<Local>, Vec<Shared>),
    body: Vec<GroupStatement>,
) -> Program {
    let signature =
        Signature { name: "k".into(), extents: extents.iter().map(ToString::to_string).collect(), parameters };
    let kernel = Kernel {
        signature,
        span: Span::default(),
        array_spans: vec![],
        shape: Shape::Tiles { tiles, lanes: lanes.to_vec() },
        locals,
        shared,
        body,
        accesses: 1,
    };
    Program { kernels: vec![kernel], ..Program::default() }
}

fn tile(array: usize, sizes: &[u32], origin: &[u32]) -> Tile {
    let origin = origin.iter().copied().map(LocalId).collect();
    Tile { array, sizes: sizes.to_vec(), name: Some("t".into()), origin, span: Span::default() }
}

fn valid(kernel: &ir::Kernel) {
    spirv::emit(kernel).and_then(|words| spirv::validate(&words)).expect("valid");
}

fn count(block: &[Instruction], wanted: &impl Fn(&Instruction) -> bool) -> usize {
    let inner = |instruction: &Instruction| match instruction {
        Instruction::If { then, otherwise, .. } => count(then, wanted) + count(otherwise, wanted),
        Instruction::Loop { body, .. } => count(body, wanted),
        _ => 0,
    };
    block.iter().map(|instruction| usize::from(wanted(instruction)) + inner(instruction)).sum()
}

/// The product of matrices of the design, smaller: tiles of 8 × 8, 4 × 4 lanes, steps of 4.
fn product() -> Program {
    let f32 = ScalarType::F32;
    let size = |i| Extent::Named(i);
    let locals = vec![
        named("m", LocalKind::Extent, U32, &[]),
        named("n", LocalKind::Extent, U32, &[]),
        named("k", LocalKind::Extent, U32, &[]),
        named("r0", LocalKind::Origin, U32, &[]),
        named("c0", LocalKind::Origin, U32, &[]),
        named("kt", LocalKind::Counter, U32, &[]),
        named("y", LocalKind::Coordinate, U32, &[]),
        named("x", LocalKind::Coordinate, U32, &[]),
        named("j", LocalKind::Counter, U32, &[]),
        named("i", LocalKind::Counter, U32, &[]),
        named("p", LocalKind::Counter, U32, &[]),
        named("acc", LocalKind::Lane, f32, &[2, 2]),
    ];
    let (acc, sa, sb) = (ArrayRef::Local(LocalId(11)), ArrayRef::Shared(0), ArrayRef::Shared(1));
    let row = || add(at(6), times(word(4), at(8)));
    let column = || add(at(7), times(word(4), at(8)));
    let base = || times(at(5), word(4));
    let zero = || Some(literal(0, f32));
    let fetch = repeat(
        8,
        2,
        vec![
            store(
                sa,
                vec![row(), at(7)],
                load(ArrayRef::Parameter(0), vec![add(at(3), row()), add(base(), at(7))], f32, zero()),
            ),
            store(
                sb,
                vec![at(6), column()],
                load(ArrayRef::Parameter(1), vec![add(base(), at(6)), add(at(4), column())], f32, zero()),
            ),
        ],
    );
    let own = |local: u32, counter: u32| add(times(at(local), word(2)), at(counter));
    let sum = binary(
        Binary::Add,
        load(acc, vec![at(9), at(8)], f32, None),
        binary(
            Binary::Multiply,
            load(sa, vec![own(6, 9), at(10)], f32, None),
            load(sb, vec![at(10), own(7, 8)], f32, None),
        ),
    );
    let both = |statement| repeat(9, 2, vec![repeat(8, 2, vec![statement])]);
    let accumulate = repeat(10, 4, vec![both(store(acc, vec![at(9), at(8)], sum))]);
    let write = both(store(ArrayRef::Tile(0), vec![own(6, 9), own(7, 8)], load(acc, vec![at(9), at(8)], f32, None)));
    let body = vec![
        GroupStatement::Lane { local: LocalId(11), value: literal(0, f32) },
        GroupStatement::For {
            counter: LocalId(5),
            ty: U32,
            from: word(0),
            to: binary(Binary::CeilingDivide, at(2), word(4)),
            step: 1,
            body: vec![phase(&[6, 7], vec![fetch]), phase(&[6, 7], vec![accumulate])],
        },
        phase(&[6, 7], vec![write]),
    ];
    kernel(
        &["m", "n", "k"],
        vec![
            array("a", Discipline::In, f32, &[size(0), size(2)]),
            array("b", Discipline::In, f32, &[size(2), size(1)]),
            array("c", Discipline::Out, f32, &[size(0), size(1)]),
        ],
        (vec![tile(2, &[8, 8], &[3, 4])], &[4, 4]),
        (locals, vec![shared("sa", f32, &[8, 4], None), shared("sb", f32, &[4, 8], None)]),
        body,
    )
}

#[test]
fn a_product_of_matrices() {
    let kernel = lowered(&product());
    valid(&kernel);
    assert!(
        kernel.tables.is_empty() || count(&kernel.body, &|i| matches!(i, Instruction::Fill { .. })) == 0,
        "{kernel}"
    );
    let (m, n, k) = (11usize, 13usize, 6usize);
    let a: Vec<f32> = (0..m * k).map(|i| (i % 7) as f32 - 2.0).collect();
    let b: Vec<f32> = (0..k * n).map(|i| (i % 5) as f32 * 0.5).collect();
    let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<u32>>();
    let words = vec![0, 0, 0, m as u32, n as u32, k as u32];
    let mut machine = Machine::new(&kernel, words, vec![bits(&a), bits(&b), vec![0; m * n]]);
    for group in 0..4 {
        machine.run(group);
    }
    assert_eq!(machine.traps, [NO_TRAP]);
    for row in 0..m {
        for column in 0..n {
            let exact: f32 = (0..k).map(|p| a[row * k + p] * b[p * n + column]).sum();
            assert_eq!(f32::from_bits(machine.arrays[2][row * n + column]), exact, "{row} {column}");
        }
    }
}

/// The accumulator is in variables, and the innermost loop has no branch left.
#[test]
fn an_accumulator_needs_no_memory() {
    let kernel = lowered(&product());
    let tables = |instruction: &Instruction| match instruction {
        Instruction::Let(_, ir::Operation::LoadCell(memory, _)) | Instruction::StoreCell { memory, .. } => {
            matches!(memory, ir::Memory::Table(_))
        }
        _ => false,
    };
    assert_eq!(count(&kernel.body, &tables), 0, "{kernel}");
    assert_eq!(count(&kernel.body, &|i| matches!(i, Instruction::Loop { .. })), 1, "{kernel}");
    assert_eq!(count(&kernel.body, &|i| matches!(i, Instruction::Barrier { .. })), 2, "{kernel}");
}

/// `kernel k[n, m](x: in [u32; n], h: acc(add) [u32; m], c: claim [u64; m]) tile (8) of x at (o) lanes (8)`: counts in a
/// shared array, then in `h`; then claims the cells that `x` names.
fn count_and_claim() -> Program {
    let u64 = ScalarType::U64;
    let locals = vec![
        named("n", LocalKind::Extent, U32, &[]),
        named("m", LocalKind::Extent, U32, &[]),
        named("o", LocalKind::Origin, U32, &[]),
        named("x", LocalKind::Coordinate, U32, &[]),
    ];
    let cell = || load(ArrayRef::Tile(0), vec![at(3)], U32, Some(word(0)));
    let combine = |array, index, value| Statement::Combine {
        access: access(array, vec![index], 0),
        operator: Combine::Add,
        value,
    };
    let wide = expression(ExpressionKind::Convert(Box::new(at(3))), u64);
    let body = vec![
        phase(&[3], vec![combine(ArrayRef::Shared(0), cell(), word(1))]),
        phase(&[3], vec![combine(ArrayRef::Parameter(1), at(3), load(ArrayRef::Shared(0), vec![at(3)], U32, None))]),
        phase(
            &[3],
            vec![Statement::Claim {
                access: access(ArrayRef::Parameter(2), vec![cell()], 0),
                value: binary(Binary::Subtract, wide, literal(1, u64)),
            }],
        ),
    ];
    kernel(
        &["n", "m"],
        vec![
            array("x", Discipline::In, U32, &[Extent::Named(0)]),
            array("h", Discipline::Accumulate(Combine::Add), U32, &[Extent::Named(1)]),
            array("c", Discipline::Claim, u64, &[Extent::Named(1)]),
        ],
        (vec![tile(0, &[8], &[2])], &[8]),
        (locals, vec![shared("s", U32, &[11], Some(Combine::Add))]),
        body,
    )
}

#[test]
fn counts_are_combined_and_cells_claimed() {
    let kernel = lowered(&count_and_claim());
    valid(&kernel);
    let x = vec![3, 1, 0, 7, 2, 6, 4, 5, 8, 9];
    let mut machine = Machine::new(&kernel, vec![0, 0, 0, 10, 16], vec![x, vec![0; 16], vec![0; 32]]);
    machine.run(0);
    assert_eq!(machine.traps, [NO_TRAP, NO_TRAP]);
    assert_eq!(machine.arrays[1], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    // Lane 0 claimed cell 3 and set it to 0 - 1, of 64 bits.
    assert_eq!(machine.arrays[2][6..8], [u32::MAX, u32::MAX]);
    assert_eq!(machine.arrays[2][2..4], [0, 0]);
    // The next group's other lanes read past the edge: `else 0`, which six lanes claim, and group 0 has.
    machine.run(1);
    assert_eq!(machine.traps, [NO_TRAP, 0]);
}

#[test]
fn an_index_of_combine_or_claim_out_of_range_is_a_trap_of_the_group() {
    let kernel = lowered(&count_and_claim());
    let mut machine = Machine::new(&kernel, vec![0, 0, 0, 8, 16], vec![vec![11; 8], vec![0; 16], vec![0; 32]]);
    machine.run(0);
    assert_eq!(machine.traps[0], 0);
    let mut machine = Machine::new(&kernel, vec![0, 0, 0, 8, 4], vec![vec![5; 8], vec![0; 4], vec![0; 8]]);
    machine.run(0);
    assert_eq!(machine.traps[0], 0);
    assert_eq!(machine.traps[1], NO_TRAP);
}

/// A barrier that stands for a shared array shows nothing of a tile: what one lane has written there, another one writes
/// only after a barrier for arrays.
#[test]
fn a_barrier_for_shared_arrays_is_none_for_tiles() {
    let locals = vec![
        named("n", LocalKind::Extent, U32, &[]),
        named("o", LocalKind::Origin, U32, &[]),
        named("x", LocalKind::Coordinate, U32, &[]),
    ];
    let turned = binary(Binary::Subtract, word(3), at(2));
    let next = binary(Binary::Remainder, add(at(2), word(1)), word(4));
    let body = vec![
        phase(&[2], vec![store(ArrayRef::Tile(0), vec![at(2)], at(2)), store(ArrayRef::Shared(0), vec![at(2)], at(2))]),
        phase(&[2], vec![store(ArrayRef::Shared(1), vec![at(2)], load(ArrayRef::Shared(0), vec![next], U32, None))]),
        phase(&[2], vec![store(ArrayRef::Tile(0), vec![turned], word(7))]),
    ];
    let program = kernel(
        &["n"],
        vec![array("y", Discipline::Out, U32, &[Extent::Named(0)])],
        (vec![tile(0, &[4], &[1])], &[4]),
        (locals, vec![shared("s", U32, &[4], None), shared("r", U32, &[4], None)]),
        body,
    );
    let kernel = lowered(&program);
    valid(&kernel);
    assert!(kernel.arrays[0].exchanged);
    assert_eq!(count(&kernel.body, &|i| matches!(i, Instruction::Barrier { arrays: true })), 1, "{kernel}");
    // One of these is after the zeros.
    assert_eq!(count(&kernel.body, &|i| matches!(i, Instruction::Barrier { arrays: false })), 2, "{kernel}");
}

/// A written tile that another phase reads needs a barrier for arrays, and accesses that are not private.
#[test]
fn a_tile_that_lanes_exchange_waits_for_arrays() {
    let locals = vec![
        named("n", LocalKind::Extent, U32, &[]),
        named("o", LocalKind::Origin, U32, &[]),
        named("x", LocalKind::Coordinate, U32, &[]),
    ];
    let next = binary(Binary::Remainder, add(at(2), word(1)), word(4));
    let body = vec![
        phase(&[2], vec![store(ArrayRef::Tile(0), vec![at(2)], times(at(2), at(2)))]),
        phase(&[2], vec![store(ArrayRef::Shared(0), vec![at(2)], load(ArrayRef::Tile(0), vec![next], U32, None))]),
        phase(&[2], vec![store(ArrayRef::Tile(0), vec![at(2)], load(ArrayRef::Shared(0), vec![at(2)], U32, None))]),
    ];
    let program = kernel(
        &["n"],
        vec![array("y", Discipline::InOut, U32, &[Extent::Named(0)])],
        (vec![tile(0, &[4], &[1])], &[4]),
        (locals, vec![shared("s", U32, &[4], None)]),
        body,
    );
    let kernel = lowered(&program);
    valid(&kernel);
    assert!(kernel.arrays[0].exchanged);
    assert_eq!(count(&kernel.body, &|i| matches!(i, Instruction::Barrier { arrays: true })), 2, "{kernel}");
    let mut machine = Machine::new(&kernel, vec![0, 0, 0, 4], vec![vec![9; 4]]);
    machine.run(0);
    assert_eq!((machine.arrays[0].as_slice(), machine.traps[0]), ([1, 4, 9, 0].as_slice(), NO_TRAP));
    // The edge: cells beyond it are not written, and read without `else` they trap.
    let mut machine = Machine::new(&kernel, vec![0, 0, 0, 3], vec![vec![9; 3]]);
    machine.run(0);
    assert_eq!(machine.traps[0], 0);
}
