/**
 * The lab's network: a switch in this process, whose cables end in other network namespaces. What a real network does
 * to frames (lose, delay, cut, one way only) is a rule of the switch, so that it needs nothing of the kernel but TAP.
 *
 * <p>Uses only the lab's exception. Start reading at {@link dev.rwo.ci.lab.net.EthernetSwitch}.
 */
@NullMarked
package dev.rwo.ci.lab.net;

import org.jspecify.annotations.NullMarked;
