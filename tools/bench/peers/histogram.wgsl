// How often each value of a low byte occurs.
struct Parameters { n: u32 }
@group(0) @binding(0) var<uniform> size: Parameters;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> bins: array<atomic<u32>>;

var<workgroup> counts: array<atomic<u32>, 256>;

@compute @workgroup_size(256)
fn histogram(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(local_invocation_index) l: u32) {
    for (var j = 0u; j < 16u; j++) {
        let i = group_id.x * 4096u + l + 256u * j;
        if i < size.n { atomicAdd(&counts[x[i] & 255u], 1u); }
    }
    workgroupBarrier();
    atomicAdd(&bins[l], atomicLoad(&counts[l]));
}
