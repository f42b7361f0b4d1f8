/**
 * The container engine and its swarm: configuration, birth, labels, availability, and why a service runs where it does.
 *
 * <p>All access goes through {@link dev.rwo.agent.swarm.Orchestrator}, a dozen verbs, so that another engine can follow.
 * Start reading there, then the four controllers in the order of the readiness stages: {@code EngineController},
 * {@code formation.FormationController}, {@code LabelController}, {@code ActivationController}.
 */
@NullMarked
package dev.rwo.agent.swarm;

import org.jspecify.annotations.NullMarked;
