/**
 * The agent: one binary, {@code rwo}, that is both the long-running daemon ({@code rwo agent}) and the node's command
 * line.
 *
 * <p>Start reading at {@link dev.rwo.agent.AgentMain}; {@link dev.rwo.agent.Node} puts the parts together. Each package
 * below is one part; those that act on the world are controllers, see {@code control}.
 */
@NullMarked
package dev.rwo.agent;

import org.jspecify.annotations.NullMarked;
