/**
 * How a box comes into the swarm of its site: founding it when there is none, joining it, leaving one that is not the
 * right one any more.
 *
 * <p>{@link dev.rwo.agent.swarm.formation.FormationPlanner} decides, purely; {@link
 * dev.rwo.agent.swarm.formation.Ballot} is what a box has promised to others while a swarm is founded. The simulator in
 * {@code ci} drives both. Start reading at {@code FormationPlanner}; docs/decisions/0011 tells why.
 */
@NullMarked
package dev.rwo.agent.swarm.formation;

import org.jspecify.annotations.NullMarked;
