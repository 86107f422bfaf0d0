## The frame of every kernel: what it is, its types and functions, then a skeleton's body.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="elements" file="/common/elements.mako"/>
<%namespace name="algebra" file="/common/monoid.mako"/>
<%namespace name="powers" file="/common/pow.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="leads" file="/common/tap_distance.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
## A skeleton's own types and functions, which follow those of all kernels; its body is the kernel.
<%def name="functions()"></%def>
<% powered = "power" in spec.mode.inputs %>\
${head_comment(spec, capture(self.algorithm))}

% if "double" in (spec.accumulator, spec.dtype.storage, spec.out.storage) \
    or (powered and not powers.built_in()):
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
% endif

// Run-time sizes, strides and offsets, in elements.
typedef struct {
% for member, meaning in members.items():
    ${spec.offset} ${member}; // ${meaning}
% endfor
} geometry;

${dialect.typedefs(vector_types)}
% if not spec.mode.moves or spec.block:
// ---- Elements: from memory to accumulators, and back.
%   for n in widths:
${elements.functions(lanes_of(n))}
%   endfor
% endif
% if powered:
// ---- The power function.
%   for n in widths:
${powers.function(lanes_of(n))}
%   endfor
% endif
% if not spec.mode.skeleton:
// ---- States: what has been combined so far.
%   for n in widths:
${algebra.algebra(lanes_of(n))}
%   endfor
% endif
${self.functions()}
% if spec.mode.refuses and spec.window != "plane":
// ---- Indices: whether they are taps of their own windows.
%   for n in widths:
${leads.functions(lanes_of(n))}
%   endfor
% endif
// ---- Windows.
${window.functions()}
// ---- The kernel.
${self.body()}
${signature.launched()}
