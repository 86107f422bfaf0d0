## From a reduced state to the output.
## in: y, indices, g; what window.start() leaves, for count().
## out: count; emit() stores.
<%namespace name="powers" file="/common/pow.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>

## The divisor of one window, in every lane.
<%def name="count(lanes, axes)">
% if spec.mode.divides:
const ${lanes.value} count = ${lanes.splat(window.divisor(axes), spec.accumulator)};
% endif
</%def>

## The value of a finalized state.
<%def name="finalized(lanes, state, count)" buffered="True" filter="trim"><%
    more = [count] * spec.mode.divides
    if "power" in spec.mode.inputs:
        more.append(powers.given())
%>
% if spec.mode.finalizes:
finalize${lanes.n}(${", ".join([state, *more])})
% else:
${state}.value
% endif
</%def>

## Finalizes a state and stores it, with its index, at element `at` of the output; of a flat index
## that is counted from where the array begins.
<%def name="emit(lanes, state, at, count)"><%
    index = "(g.index_offset - g.y_offset)" if spec.block else "g.index_offset"
    to = "y" if spec.block else "y + g.y_offset"
%>
store${lanes.n}(${to} + ${at}, ${finalized(lanes, state, count)});
% if spec.index:
store_index${lanes.n}(indices + ${index} + ${at}, ${state}.index);
% endif
</%def>

## Moves one element as it is; halves are moved as the integers they lie in memory as.
<%def name="move(to, source, space='__global')" buffered="True" filter="trim"><%
    bits = "ushort" if spec.dtype.storage == "half" else spec.dtype.storage
%>*(${space} ${bits} *)(${to}) = *(const __global ${bits} *)(${source})</%def>
