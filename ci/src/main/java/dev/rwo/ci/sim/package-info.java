/**
 * The simulator: a whole site in virtual time, driven by one seed.
 *
 * <p>Boxes run the agent's own planners and its own bookkeeping ({@code Formation}, {@code Ballot}, {@code JoinDesk},
 * {@code ManagerController}, {@code LabelController}, {@code ActivationController}) against a simulated network, gossip
 * and Swarm, under a schedule of faults that the seed chooses. {@link dev.rwo.ci.sim.Rules} looks after every step. The
 * same seed gives the same run. Start reading at {@link dev.rwo.ci.sim.Simulator}.
 *
 * <p>Wall clocks jump, by years. Planners see them only in two marks: {@code edge.joined} is the wall clock's, and what
 * is kept of a removed entry bears the time of a clock that began with the wall clock's when the agent started. The two
 * are compared when a box that was flashed anew is recognised by its machine. Every other duration comes from a clock
 * that never jumps.
 *
 * <p>Not simulated: new addresses (Swarm's own address is the fabric's matter), members' certificates, and taking a swarm
 * over by force, but for {@link dev.rwo.ci.sim.Mutation}.
 */
@NullMarked
package dev.rwo.ci.sim;

import org.jspecify.annotations.NullMarked;
