// c = a · b. A group has 64 × 64 cells of c, a lane 4 × 4 of them, in columns 16 apart.
struct Parameters { m: u32, n: u32, k: u32 }
@group(0) @binding(0) var<uniform> size: Parameters;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

var<workgroup> sa: array<array<f32, 16>, 64>;
var<workgroup> sb: array<array<f32, 64>, 16>;

@compute @workgroup_size(256)
fn matmul(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let columns = (size.n + 63u) / 64u;
    let r0 = group_id.x / columns * 64u;
    let c0 = group_id.x % columns * 64u;
    let y = lane / 16u;
    let x = lane % 16u;
    var acc: array<array<f32, 4>, 4>;
    for (var kt = 0u; kt < (size.k + 15u) / 16u; kt++) {
        for (var j = 0u; j < 4u; j++) {
            let row = r0 + y + 16u * j;
            let column = c0 + x + 16u * j;
            let inner_a = kt * 16u + x;
            let inner_b = kt * 16u + y;
            var cell_a = 0.0;
            var cell_b = 0.0;
            if row < size.m && inner_a < size.k { cell_a = a[row * size.k + inner_a]; }
            if inner_b < size.k && column < size.n { cell_b = b[inner_b * size.n + column]; }
            sa[y + 16u * j][x] = cell_a;
            sb[y][x + 16u * j] = cell_b;
        }
        workgroupBarrier();
        for (var p = 0u; p < 16u; p++) {
            var column: array<f32, 4>;
            var row: array<f32, 4>;
            for (var i = 0u; i < 4u; i++) {
                column[i] = sa[y * 4u + i][p];
                row[i] = sb[p][x + 16u * i];
            }
            for (var i = 0u; i < 4u; i++) {
                for (var j = 0u; j < 4u; j++) {
                    acc[i][j] += column[i] * row[j];
                }
            }
        }
        workgroupBarrier();
    }
    for (var i = 0u; i < 4u; i++) {
        for (var j = 0u; j < 4u; j++) {
            let row = r0 + y * 4u + i;
            let column = c0 + x + 16u * j;
            if row < size.m && column < size.n { c[row * size.n + column] = acc[i][j]; }
        }
    }
}
