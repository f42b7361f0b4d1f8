/**
 * The operating system around the agent: system commands with a deadline, the service manager's notifications.
 *
 * <p>Uses nothing else of ours. Start reading at {@link dev.rwo.agent.host.HostCommands}.
 */
@NullMarked
package dev.rwo.agent.host;

import org.jspecify.annotations.NullMarked;
