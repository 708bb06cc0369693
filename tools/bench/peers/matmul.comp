// c = a · b. A group has 64 × 64 cells of c, a lane 4 × 4 of them, in columns 16 apart. m, n are multiples of 64, k is one of 16.
#version 450
#extension GL_EXT_control_flow_attributes : require
layout(local_size_x = 256) in;
layout(push_constant) uniform Push { uint zero, first_group, trap_slot, m, n, k; };
layout(set = 0, binding = 0) buffer Traps { uint traps[]; };
layout(set = 0, binding = 1) readonly restrict buffer A { float a[]; };
layout(set = 0, binding = 2) readonly restrict buffer B { float b[]; };
layout(set = 0, binding = 3) writeonly restrict buffer C { float c[]; };

shared float sa[64][16];
shared float sb[16][64];

void main() {
    const uint group = first_group + gl_WorkGroupID.x;
    const uint r0 = group / (n / 64) * 64;
    const uint c0 = group % (n / 64) * 64;
    const uint y = gl_LocalInvocationID.x / 16;
    const uint x = gl_LocalInvocationID.x % 16;
    float acc[4][4];
    [[unroll]] for (uint i = 0; i < 4; i++)
        [[unroll]] for (uint j = 0; j < 4; j++)
            acc[i][j] = 0.0;
    for (uint kt = 0; kt < k; kt += 16) {
        [[unroll]] for (uint j = 0; j < 4; j++) {
            sa[y + 16 * j][x] = a[(r0 + y + 16 * j) * k + kt + x];
            sb[y][x + 16 * j] = b[(kt + y) * n + c0 + x + 16 * j];
        }
        barrier();
        [[unroll]] for (uint p = 0; p < 16; p++) {
            float column[4];
            float row[4];
            [[unroll]] for (uint i = 0; i < 4; i++) {
                column[i] = sa[y * 4 + i][p];
                row[i] = sb[p][x + 16 * i];
            }
            [[unroll]] for (uint i = 0; i < 4; i++)
                [[unroll]] for (uint j = 0; j < 4; j++)
                    acc[i][j] += column[i] * row[j];
        }
        barrier();
    }
    [[unroll]] for (uint i = 0; i < 4; i++)
        [[unroll]] for (uint j = 0; j < 4; j++)
            c[(r0 + y * 4 + i) * n + c0 + x + 16 * j] = acc[i][j];
}
