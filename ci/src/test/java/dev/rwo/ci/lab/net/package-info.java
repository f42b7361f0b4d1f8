/**
 * The agent's controllers against real engines.
 *
 * <p>Uses {@code dev.rwo.agent} and {@code dev.rwo.image.demo}. Start reading at {@link dev.rwo.ci.lab.EngineLabIT}.
 */
@NullMarked
package dev.rwo.ci.lab.net;

import org.jspecify.annotations.NullMarked;
