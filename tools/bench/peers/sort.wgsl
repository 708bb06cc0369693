// Keys and their payloads in the order of the keys, equal keys as they were: 8 passes over 4 bits each.
// A block is 2048 keys, a lane has 8 that follow each other. Counts are kept by digit, then by block.
// size.n and size.b are those of the counts, as the scan needs them.
struct Parameters { n: u32, b: u32, keys: u32, shift: u32 }
@group(0) @binding(0) var<uniform> size: Parameters;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> payloads: array<u32>;
@group(0) @binding(3) var<storage, read_write> sorted_keys: array<u32>;
@group(0) @binding(4) var<storage, read_write> sorted_payloads: array<u32>;
@group(0) @binding(5) var<storage, read_write> x: array<u32>;
@group(0) @binding(6) var<storage, read_write> y: array<u32>;
@group(0) @binding(7) var<storage, read_write> sums: array<u32>;
@group(0) @binding(8) var<storage, read_write> offsets: array<u32>;

var<workgroup> tally: array<atomic<u32>, 256>;
var<workgroup> starts: array<u32, 4096>;
var<workgroup> base: array<u32, 16>;

// How many keys of a block have each digit. Sixteen counters for each digit keep lanes out of each other's way.
@compute @workgroup_size(256)
fn count_digits(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(local_invocation_index) l: u32) {
    for (var j = 0u; j < 8u; j++) {
        let i = group_id.x * 2048u + l + 256u * j;
        if i < size.keys { atomicAdd(&tally[((keys[i] >> size.shift) & 15u) * 16u + (l & 15u)], 1u); }
    }
    workgroupBarrier();
    if l < 16u {
        var count = 0u;
        for (var j = 0u; j < 16u; j++) { count += atomicLoad(&tally[l * 16u + j]); }
        x[l * ((size.keys + 2047u) / 2048u) + group_id.x] = count;
    }
}

// Takes each key to its place: where the block's keys of that digit go, and how many of them come before it.
@compute @workgroup_size(256)
fn scatter(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(local_invocation_index) l: u32) {
    let first = group_id.x * 2048u + l * 8u;
    var key: array<u32, 8>;
    var rank: array<u32, 8>;
    // How many of a lane's keys have each digit, in four bits each: at most 8.
    var low = 0u;
    var high = 0u;
    for (var j = 0u; j < 8u; j++) {
        if first + j < size.keys {
            key[j] = keys[first + j];
            let digit = (key[j] >> size.shift) & 15u;
            let place = (digit & 7u) * 4u;
            let counters = select(high, low, digit < 8u);
            rank[j] = (counters >> place) & 15u;
            let one = 1u << place;
            if digit < 8u { low += one; } else { high += one; }
        }
    }
    for (var d = 0u; d < 8u; d++) {
        starts[d * 256u + l] = (low >> (d * 4u)) & 15u;
        starts[(d + 8u) * 256u + l] = (high >> (d * 4u)) & 15u;
    }
    workgroupBarrier();
    // The exclusive sum of all counters, by digit, then by lane.
    var sum = 0u;
    for (var j = 0u; j < 16u; j++) { sum += starts[l * 16u + j]; }
    even[l] = sum;
    workgroupBarrier();
    sum_lanes(l);
    var place = even[l] - sum;
    for (var j = 0u; j < 16u; j++) {
        let count = starts[l * 16u + j];
        starts[l * 16u + j] = place;
        place += count;
    }
    workgroupBarrier();
    if l < 16u { base[l] = y[l * ((size.keys + 2047u) / 2048u) + group_id.x] - starts[l * 256u]; }
    workgroupBarrier();
    for (var j = 0u; j < 8u; j++) {
        if first + j < size.keys {
            let digit = (key[j] >> size.shift) & 15u;
            let to = base[digit] + starts[digit * 256u + l] + rank[j];
            sorted_keys[to] = key[j];
            sorted_payloads[to] = payloads[first + j];
        }
    }
}

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
