## rank: one item per output. The mode finds the key it wants among those of the window's taps.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-item orders the taps of its window as unsigned keys, and finds the one that its mode
    wants.
</%def>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/window_loop.mako"/>
<%namespace name="one" file="/common/tap.mako"/>
<%namespace name="keys" file="/common/sort_keys.mako"/>
<%namespace name="key_functions" file="/common/key_functions.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="single" file="/common/output_item.mako"/>
<%namespace name="snippet" file="${context['spec'].mode.path}"/>

<%def name="functions()">
${single.functions()}
// ---- Keys: unsigned integers in the order of the elements.
${key_functions.functions()}
</%def>

${signature.kernel()}
{
    ${single.item()}
% for axis in spec.axes:
    ${window.start(axis, "o" + axis)}
% endfor
    ${spec.position} count = 0;
    int nans = 0;
    ${snippet.find()}
    const ${spec.offset} at = ${single.at()};
    ${spec.accumulator} value = (count == 0 || nans) ? ${identity} : ${snippet.value()};
% if spec.index:
    // The first tap of that key; or the last NaN, which replaces every other tap.
    ${spec.position} index = -1;
    ${keys.each()}
        if (nans ? ${keys.is_nan()} : index < 0 && key_of(tap) == found) {
            index = ${one.flat()};
            value = tap;
        }
    ${taps.done()}
    store_index1(indices + (g.index_offset - g.y_offset) + at, index);
% endif
    store1(y + at, value);
}
