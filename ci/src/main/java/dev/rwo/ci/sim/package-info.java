/**
 * The simulator: a whole site in virtual time, driven by one seed.
 *
 * <p>Boxes run the agent's own planners and its own bookkeeping ({@code Formation}, {@code Ballot}, {@code JoinDesk})
 * against a simulated network, gossip and Swarm, under a schedule of faults that the seed chooses. {@link
 * dev.rwo.ci.sim.Rules} looks after every step. The same seed gives the same run. Start reading at {@link
 * dev.rwo.ci.sim.Simulator}.
 */
@NullMarked
package dev.rwo.ci.sim;

import org.jspecify.annotations.NullMarked;
