/** The long-running agent. */
@org.jspecify.annotations.NullMarked
package dev.rwo.agent;
