## draw: one item per output draws one tap of its window, each with its share of the window's sum.
## The order of the sum is fixed, row-major, so that every device draws the same.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-item sums the taps of its window in row-major order, and draws the one at which the
    running sum passes a random threshold (Philox4x32).
</%def>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/window_loop.mako"/>
<%namespace name="one" file="/common/tap.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="single" file="/common/output_item.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="random" file="/common/philox.mako"/>

<%def name="functions()">
${single.functions()}
// ---- Random numbers.
#pragma OPENCL FP_CONTRACT OFF
${random.philox()}
</%def>

<% position, real = spec.position, spec.accumulator %>
${signature.kernel()}
{
    ${single.item()}
% for axis in spec.axes:
    ${window.start(axis, "o" + axis)}
% endfor
    // The sum of the taps.
    ${real} whole = 0;
    ${taps.each()}
        whole += positive(load1(${one.element_of("row + w * g.x_w")}));
    ${taps.done()}
    // Where the output lies in the whole result, however the problem was cut.
    const ${spec.offset} number = g.list_offset
        + ${flat.along_planes("list")}
        + ${" + ".join(f"(o{axis} + g.list_{axis} / 2) * g.step_{axis}" for axis in spec.axes)};
    // The first tap at which the running sum passes the threshold, or the first NaN.
    const ${real} threshold = uniform((ulong)number, seed) * whole;
    ${real} running = 0, value = 0;
    ${position} index = -1;
    ${taps.each()}
        const ${real} tap = positive(load1(${one.element_of("row + w * g.x_w")}));
        running += tap;
        // No branch: where the sum passes a random threshold, none could be foreseen.
        const int reached = (running > threshold) | (running == whole);
        const int taken = (tap != tap) | ((index < 0) & reached);
        value = taken ? tap : value;
        index = taken ? ${one.flat()} : index;
    ${taps.done()}
    const ${spec.offset} at = ${single.at()};
    store1(y + at, value);
% if spec.index:
    store_index1(indices + (g.index_offset - g.y_offset) + at, index);
% endif
}
