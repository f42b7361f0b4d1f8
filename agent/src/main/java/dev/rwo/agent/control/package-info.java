/**
 * The one small engine that runs every part of the agent: observe, plan, act, report.
 *
 * <p>Uses the readiness stages of {@code dev.rwo.firstboot} and nothing else of ours. Start reading at
 * {@link dev.rwo.agent.control.Controller}, then {@link dev.rwo.agent.control.ControlEngine}.
 */
@NullMarked
package dev.rwo.agent.control;

import org.jspecify.annotations.NullMarked;
