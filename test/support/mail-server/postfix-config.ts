/** Everything that the configuration of one Postfix needs. */
export type PostfixPlan = {
  readonly directory: string;
  readonly ports: { readonly submission: number; readonly submissions: number };
  readonly lmtpPort: number;
  readonly saslPort: number;
  readonly messageSizeLimit: number;
};

/** The folders that Postfix expects in its queue; `postfix start` would make them one after the other in two seconds. */
export const QUEUE_FOLDERS: readonly string[] = [
  ...[
    'incoming',
    'active',
    'deferred',
    'bounce',
    'defer',
    'corrupt',
    'hold',
    'flush',
    'trace',
    'saved',
    'private',
  ],
];

/** The text of main.cf: takes mail from those who log in, hands all of it to Dovecot, and nothing leaves the machine. */
export function postfixMain(plan: PostfixPlan): string {
  const { directory } = plan;
  return `
compatibility_level = 3.6
myhostname = mail.test
mydestination =
mynetworks = 192.0.2.1/32
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
queue_directory = ${directory}/queue
data_directory = ${directory}/state
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${directory}/postfix.log
maillog_file_prefixes = ${directory}
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = static:all
virtual_transport = lmtp:inet:127.0.0.1:${String(plan.lmtpPort)}
default_transport = error:5.4.4 nothing leaves this machine
relay_transport = error:5.4.4 nothing leaves this machine
lmtp_host_lookup = native
smtp_host_lookup = native
disable_dns_lookups = yes
smtputf8_enable = yes
message_size_limit = ${String(plan.messageSizeLimit)}
mailbox_size_limit = 0
recipient_delimiter = +
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${String(plan.saslPort)}
smtpd_tls_security_level = may
smtpd_tls_auth_only = no
smtpd_tls_chain_files = ${directory}/chain.pem
smtpd_tls_session_cache_database =
smtp_tls_security_level = none
lmtp_tls_security_level = none
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
anvil_rate_time_unit = 60s
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 2s
in_flow_delay = 0
`;
}

/** The text of master.cf: no chroot, every server the two listeners need. */
export function postfixMaster(plan: PostfixPlan): string {
  const { ports } = plan;
  return `
127.0.0.1:${String(ports.submission)} inet n - n - - smtpd
127.0.0.1:${String(ports.submissions)} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;
}
