package dev.rwo.firstboot;

/** What has to be told that its settings changed. */
public enum Reload {
    /** The kernel's host name: {@code hostnamectl} or {@code /proc/sys/kernel/hostname}. */
    HOSTNAME,
    /** systemd-networkd: {@code networkctl reload}. */
    NETWORK,
    /** systemd-timesyncd: restart. */
    TIME,
    /** systemd-resolved: reload or restart. */
    RESOLVER,
    /** Nothing to run: sshd reads authorised keys at each log-in; told for the log. */
    SSH
}
