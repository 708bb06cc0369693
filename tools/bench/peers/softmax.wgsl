// Softmax over rows of 1024 cells: a group has a row, a lane four cells of it.
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const LEAST: f32 = -3.4028234663852886e38;

var<workgroup> most: array<f32, 256>;
var<workgroup> total: array<f32, 256>;

// e to the power of x, for x of at most 0: a power of 2 times a polynomial of degree 5. 0 where x is below -87.
fn exponential(x: f32) -> f32 {
    let k = i32(x * 1.44269504 - 0.5);
    let whole = f32(k);
    let r = (x - whole * 0.693359375) + whole * 0.00021219444;
    let p = 1.0 + r * (1.0 + r * (0.5 + r * (0.16666667 + r * (0.041666668 + r * 0.0083333338))));
    return select(p * bitcast<f32>(u32(k + 127) << 23u), 0.0, x < -87.0);
}

@compute @workgroup_size(256)
fn softmax(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(local_invocation_index) l: u32) {
    let first = group_id.x * 1024u + l;
    var cells: array<f32, 4>;
    var best = LEAST;
    for (var j = 0u; j < 4u; j++) {
        cells[j] = x[first + 256u * j];
        best = max(best, cells[j]);
    }
    most[l] = best;
    workgroupBarrier();
    for (var s = 0u; s < 8u; s++) {
        let d = 128u >> s;
        if l < d { most[l] = max(most[l], most[l + d]); }
        workgroupBarrier();
    }
    var sum = 0.0;
    for (var j = 0u; j < 4u; j++) {
        cells[j] = exponential(cells[j] - most[0]);
        sum += cells[j];
    }
    total[l] = sum;
    workgroupBarrier();
    for (var s = 0u; s < 8u; s++) {
        let d = 128u >> s;
        if l < d { total[l] += total[l + d]; }
        workgroupBarrier();
    }
    let scale = 1.0 / total[0];
    for (var j = 0u; j < 4u; j++) { y[first + 256u * j] = cells[j] * scale; }
}
