import { LOOPBACK } from '../ports.ts';

/** What a configuration is made from. */
export type EjabberdPlace = {
  readonly directory: string;
  readonly domain: string;
  readonly rooms: string;
  readonly largestFile: number;
  readonly ports: { readonly plain: number; readonly tls: number; readonly http: number };
};

/** The configuration of a server on loopback that keeps every message, with rooms and uploads, and with no limits on speed. */
export const ejabberdConfig = ({ directory, domain, rooms, largestFile, ports }: EjabberdPlace): string => `
hosts: ["${domain}"]
loglevel: info
acme:
  auto: false
certfiles: ["${directory}/both.pem"]
auth_method: internal
auth_password_format: scram
sql_type: sqlite
sql_database: "${directory}/database/archive.sqlite"
api_permissions:
  "tests":
    from: [mod_http_api]
    who: [{ip: "${LOOPBACK}/8"}]
    what: [register, change_password, check_account]
acl:
  everybody: {user_regexp: ""}
access_rules:
  everybody: [allow: all]
listen:
  - port: ${String(ports.plain)}
    ip: "${LOOPBACK}"
    module: ejabberd_c2s
    starttls: true
    max_stanza_size: 262144
  - port: ${String(ports.tls)}
    ip: "${LOOPBACK}"
    module: ejabberd_c2s
    tls: true
    max_stanza_size: 262144
  - port: ${String(ports.http)}
    ip: "${LOOPBACK}"
    module: ejabberd_http
    request_handlers:
      /api: mod_http_api
      /upload: mod_http_upload
modules:
  mod_caps: {}
  mod_carboncopy: {}
  mod_disco: {}
  mod_http_api: {}
  mod_http_upload:
    host: upload.${domain}
    docroot: "${directory}/uploads"
    put_url: "http://localhost:${String(ports.http)}/upload"
    max_size: ${String(largestFile)}
    access: everybody
  mod_mam:
    default: always
    db_type: sql
    assume_mam_usage: true
    request_activates_archiving: false
  mod_muc:
    host: ${rooms}
    access: everybody
    access_create: everybody
    access_persistent: everybody
    access_mam: everybody
    min_message_interval: 0
    min_presence_interval: 0
    default_room_options:
      mam: true
      persistent: true
      anonymous: true
  mod_offline: {}
  mod_ping: {}
  mod_privacy: {}
  mod_blocking: {}
  mod_private: {}
  mod_pubsub:
    access_createnode: everybody
    plugins: [flat, pep]
    force_node_config:
      "urn:xmpp:bookmarks:1":
        access_model: whitelist
        persist_items: true
        max_items: 100
  mod_roster: {}
  mod_stream_mgmt:
    resend_on_timeout: if_offline
    resume_timeout: 60
`;
