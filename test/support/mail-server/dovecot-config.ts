/** The user and group number that own the mail: any number but root's will do, no account has to exist. */
export const MAIL_OWNER = 5_000;

/** The extensions that Debian's Dovecot 2.3.19 offers after login; `without` takes from this list. */
const OFFERED =
  'IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT ' +
  'MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ' +
  'ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE ' +
  'LITERAL+ NOTIFY SPECIAL-USE';

/** Everything that the configuration of one Dovecot needs. */
export type DovecotPlan = {
  readonly directory: string;
  readonly ports: {
    readonly imap: number;
    readonly imaps: number;
    readonly lmtp: number;
    readonly sasl: number;
  };
  readonly password: string;
  readonly introspectionUrl?: string | undefined;
  readonly withoutExtensions: readonly string[];
  readonly specialUse: boolean;
  readonly plainTextLogin: boolean;
};

/** The text of dovecot.conf (Dovecot 2.3). */
export function dovecotConfig(plan: DovecotPlan): string {
  const { directory, ports } = plan;
  return `
base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = ${directory}/dovecot.log
log_timestamp = "%Y-%m-%d %H:%M:%S.%{usecs} "
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <${directory}/cert.pem
ssl_key = <${directory}/key.pem
disable_plaintext_auth = ${plan.plainTextLogin ? 'no' : 'yes'}
mail_uid = ${String(MAIL_OWNER)}
mail_gid = ${String(MAIL_OWNER)}
first_valid_uid = ${String(MAIL_OWNER)}
first_valid_gid = ${String(MAIL_OWNER)}
mail_location = maildir:${directory}/mail/%Lu:UTF-8
# The bytes on the disk are then the bytes on the wire, and a test may read the one to judge the other.
mail_save_crlf = yes
mail_fsync = never
mailbox_list_index = no
mail_max_userip_connections = 500
auth_failure_delay = 0
auth_verbose = yes
lmtp_save_to_detail_mailbox = no
recipient_delimiter = +
imap_idle_notify_interval = 2 mins
${capability(plan.withoutExtensions)}
${authentication(plan)}
service imap-login {
  process_min_avail = 1
  client_limit = 500
  service_count = 0
  inet_listener imap {
    port = ${String(ports.imap)}
  }
  inet_listener imaps {
    port = ${String(ports.imaps)}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${String(ports.lmtp)}
  }
}
service auth {
  inet_listener sasl {
    port = ${String(ports.sasl)}
  }
}
# Wrong passwords are slowed down by address otherwise, and all tests come from one address.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
namespace inbox {
  inbox = yes
  separator = /
${specialFolders(plan.specialUse)}
}
`;
}

/** The text of the file named by the oauth2 passdb: RFC 7662 introspection by POST. */
export function oauthConfig(introspectionUrl: string): string {
  return `
introspection_mode = post
introspection_url = ${introspectionUrl}
username_attribute = email
active_attribute = active
active_value = true
`;
}

function authentication(plan: DovecotPlan): string {
  const oauth =
    plan.introspectionUrl === undefined
      ? 'auth_mechanisms = plain login'
      : `auth_mechanisms = plain login xoauth2 oauthbearer
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${plan.directory}/oauth2.conf.ext
}`;
  // Who has a password of their own is in both files: the second one keeps the common password from working for them.
  return `${oauth}
passdb {
  driver = passwd-file
  mechanisms = plain login
  args = ${plan.directory}/own-passwords
}
passdb {
  driver = passwd-file
  mechanisms = plain login
  deny = yes
  args = ${plan.directory}/own-passwords
}
passdb {
  driver = static
  mechanisms = plain login
  args = password=${plan.password}
}
userdb {
  driver = static
  args = uid=${String(MAIL_OWNER)} gid=${String(MAIL_OWNER)} home=${plan.directory}/home/%Lu allow_all_users=yes
}`;
}

function capability(without: readonly string[]): string {
  if (without.length === 0) return '';
  const left = OFFERED.split(' ').filter((name) => !without.includes(name));
  return `imap_capability = ${left.join(' ')}`;
}

function specialFolders(specialUse: boolean): string {
  return ['Sent', 'Drafts', 'Trash', 'Junk', 'Archive']
    .map(
      (name) => `  mailbox ${name} {
    auto = subscribe${specialUse ? `\n    special_use = \\${name}` : ''}
  }`,
    )
    .join('\n');
}
