// The exclusive sum of the cells, in blocks of 1024.
struct Parameters { n: u32, b: u32 }
@group(0) @binding(0) var<uniform> size: Parameters;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;
@group(0) @binding(3) var<storage, read_write> sums: array<u32>;
@group(0) @binding(4) var<storage, read_write> offsets: array<u32>;

var<workgroup> even: array<u32, 256>;
var<workgroup> odd: array<u32, 256>;

// even becomes its own inclusive sum.
fn sum_lanes(l: u32) {
    for (var s = 0u; s < 4u; s++) {
        let near = 1u << (2u * s);
        let far = 2u << (2u * s);
        var before = 0u;
        if l >= near { before = even[l - near]; }
        odd[l] = even[l] + before;
        workgroupBarrier();
        before = 0u;
        if l >= far { before = odd[l - far]; }
        even[l] = odd[l] + before;
        workgroupBarrier();
    }
}

// Each block of 1024 cells by itself: y is the sum of the cells before each, sums that of the whole block.
@compute @workgroup_size(256)
fn scan_blocks(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(local_invocation_index) l: u32) {
    let first = group_id.x * 1024u + l * 4u;
    var cells: array<u32, 4>;
    var sum = 0u;
    for (var j = 0u; j < 4u; j++) {
        if first + j < size.n { cells[j] = x[first + j]; }
        sum += cells[j];
    }
    even[l] = sum;
    workgroupBarrier();
    sum_lanes(l);
    var place = even[l] - sum;
    for (var j = 0u; j < 4u; j++) {
        if first + j < size.n { y[first + j] = place; }
        place += cells[j];
    }
    if l == 255u { sums[group_id.x] = even[l]; }
}

// The sums of the blocks, scanned by one group, 1024 after 1024.
@compute @workgroup_size(256)
fn scan_sums(@builtin(local_invocation_index) l: u32) {
    var carry = 0u;
    for (var part = 0u; part < (size.b + 1023u) / 1024u; part++) {
        let first = part * 1024u + l * 4u;
        var cells: array<u32, 4>;
        var sum = 0u;
        for (var j = 0u; j < 4u; j++) {
            if first + j < size.b { cells[j] = sums[first + j]; }
            sum += cells[j];
        }
        even[l] = sum;
        workgroupBarrier();
        sum_lanes(l);
        var place = carry + even[l] - sum;
        for (var j = 0u; j < 4u; j++) {
            if first + j < size.b { offsets[first + j] = place; }
            place += cells[j];
        }
        carry += even[255];
        workgroupBarrier();
    }
}

// What is before a block is added to its cells.
@compute @workgroup_size(256)
fn add_offsets(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(local_invocation_index) l: u32) {
    let offset = offsets[group_id.x];
    for (var j = 0u; j < 4u; j++) {
        let i = group_id.x * 1024u + l + 256u * j;
        if i < size.n { y[i] += offset; }
    }
}
