// Softmax over rows of 1024 cells: a group has a row, a lane four cells of it.
#version 450
#extension GL_EXT_control_flow_attributes : require
layout(local_size_x = 256) in;
layout(push_constant) uniform Push { uint zero, first_group, trap_slot, m; };
layout(set = 0, binding = 0) buffer Traps { uint traps[]; };
layout(set = 0, binding = 1) readonly restrict buffer X { float x[]; };
layout(set = 0, binding = 2) writeonly restrict buffer Y { float y[]; };

shared float most[256];
shared float total[256];

// e to the power of x, for x of at most 0: a power of 2 times a polynomial of degree 5. 0 where x is below -87.
float exponential(float x) {
    const int k = int(x * 1.44269504 - 0.5);
    const float whole = float(k);
    const float r = (x - whole * 0.693359375) + whole * 0.00021219444;
    const float p = 1.0 + r * (1.0 + r * (0.5 + r * (0.16666667 + r * (0.041666668 + r * 0.0083333338))));
    return x < -87.0 ? 0.0 : p * uintBitsToFloat(uint(k + 127) << 23);
}

void main() {
    const uint l = gl_LocalInvocationID.x;
    const uint first = (first_group + gl_WorkGroupID.x) * 1024 + l;
    float cells[4];
    float best = -1.0 / 0.0;
    [[unroll]] for (uint j = 0; j < 4; j++) {
        cells[j] = x[first + 256 * j];
        best = max(best, cells[j]);
    }
    most[l] = best;
    barrier();
    [[unroll]] for (uint d = 128; d > 0; d >>= 1) {
        if (l < d) most[l] = max(most[l], most[l + d]);
        barrier();
    }
    float sum = 0.0;
    [[unroll]] for (uint j = 0; j < 4; j++) {
        cells[j] = exponential(cells[j] - most[0]);
        sum += cells[j];
    }
    total[l] = sum;
    barrier();
    [[unroll]] for (uint d = 128; d > 0; d >>= 1) {
        if (l < d) total[l] += total[l + d];
        barrier();
    }
    const float scale = 1.0 / total[0];
    [[unroll]] for (uint j = 0; j < 4; j++) y[first + 256 * j] = cells[j] * scale;
}
