/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_spec - what is written down and where to: `security log`, `system
 * syslog` and `security flow traceoptions`, as plain data. Part of image_spec,
 * with its rules of ownership. Behaviour: docs/behaviour/logs.md.
 */
#ifndef IMAGE_LOG_SPEC_H
#define IMAGE_LOG_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/ip.h"

#define LOG_NAME_MAX  64
#define LOG_MATCH_MAX 256
#define LOG_HOST_MAX  128

/* The numbers of RFC 5424 tables 1 and 2; names in log_names.c. */
enum log_severity {
	LOG_SEV_EMERGENCY,
	LOG_SEV_ALERT,
	LOG_SEV_CRITICAL,
	LOG_SEV_ERROR,
	LOG_SEV_WARNING,
	LOG_SEV_NOTICE,
	LOG_SEV_INFO,
	LOG_SEV_DEBUG,
	LOG_SEV_NONE = 255 /* as a limit: nothing passes */
};

enum log_facility {
	LOG_FAC_KERNEL,
	LOG_FAC_USER,
	LOG_FAC_DAEMON = 3,
	LOG_FAC_AUTHORIZATION = 4,
	LOG_FAC_NTP = 12,
	LOG_FAC_FTP = 11,
	LOG_FAC_CHANGE_LOG = 22,           /* local6 */
	LOG_FAC_INTERACTIVE_COMMANDS = 23, /* local7 */
	LOG_FAC_CONFLICT_LOG = 21,
	LOG_FAC_PFE = 20,
	LOG_FAC_FIREWALL = 19,
	LOG_FAC_DFC = 17,
	LOG_FAC_ANY = 255,
	LOG_FAC_BAD = 254
};

/* Names as `system syslog` has them; NULL and LOG_FAC_BAD for others. */
const char *log_severity_name(enum log_severity s);
const char *log_facility_name(enum log_facility f);
enum log_severity log_severity_of(const char *name); /* any: DEBUG */
enum log_facility log_facility_of(const char *name);

enum log_form { LOG_FORM_STANDARD, LOG_FORM_STRUCTURED };

struct log_file_spec { /* a file below the log directory */
	char name[LOG_NAME_MAX];
	uint64_t size;  /* bytes until it is rotated */
	uint32_t files; /* kept in all, the current one included */
	bool world_readable;
};

/* ---- security log ---- */

enum log_transport { LOG_UDP, LOG_TCP };

struct log_stream_spec {
	char name[LOG_NAME_MAX];
	struct ip_addr host; /* family IP_NONE: a stream to a file */
	uint16_t port;
	enum log_transport transport;
	enum log_form form;
	struct ip_addr source; /* IP_NONE: by the route */
	struct vr_id vr;
	enum log_severity severity; /* this and worse */
	uint8_t facility;           /* LOG_FAC_USER unless overridden */
	bool sessions;              /* category: all, or session */
	uint32_t rate;              /* lines a second; 0: no limit */
	struct log_file_spec file;
};

struct security_log_spec {
	bool disabled;
	bool event_mode;     /* through system syslog, instead of streams */
	uint32_t event_rate; /* event mode: lines a second; 0: no limit */
	struct log_file_spec file; /* name "": none */
	enum log_form form;        /* of the file */
	bool utc;
	struct log_stream_spec *streams;
	size_t nstreams;
	/* the default policy's, which has no `then` of its own */
	bool default_init, default_close;
};

/* ---- system syslog ---- */

struct syslog_contents_spec {
	uint8_t facility; /* enum log_facility */
	uint8_t severity; /* this and worse */
};

enum syslog_kind { SYSLOG_FILE, SYSLOG_HOST, SYSLOG_USER, SYSLOG_CONSOLE };

#define SYSLOG_CONTENTS_MAX 24

struct syslog_target_spec {
	enum syslog_kind kind;
	char name[LOG_HOST_MAX]; /* file, address, user or "*" */
	struct syslog_contents_spec contents[SYSLOG_CONTENTS_MAX];
	uint32_t ncontents;
	char match[LOG_MATCH_MAX]; /* extended regular expression, or "" */
	enum log_form form;
	bool explicit_priority;
	struct log_file_spec file;
	struct ip_addr host; /* SYSLOG_HOST */
	uint16_t port;
	struct ip_addr source;
	char prefix[LOG_NAME_MAX]; /* log-prefix */
	uint8_t facility_override; /* LOG_FAC_ANY: none */
};

/* ---- security flow traceoptions ---- */

enum {
	TRACE_BASIC = 1,
	TRACE_DROPS = 2,
	TRACE_ROUTE = 4,
	TRACE_SESSION = 8,
	TRACE_HOST = 16,
	TRACE_FRAGMENT = 32,
	TRACE_ALL = 255
};

enum trace_level { TRACE_MINIMAL, TRACE_BRIEF, TRACE_DETAIL };

/* What is set must hold; matches packets as received. */
struct trace_filter_spec {
	char name[LOG_NAME_MAX];
	struct ip_prefix src, dst;   /* family IP_NONE: any */
	uint16_t sport_lo, sport_hi; /* 0..65535: any */
	uint16_t dport_lo, dport_hi;
	bool has_protocol;
	uint8_t protocol;
	struct ifl_id ifl; /* IFL_NONE: any */
};

struct trace_spec {
	bool on; /* a flag is set */
	struct log_file_spec file;
	uint32_t flags; /* TRACE_* */
	enum trace_level level;
	uint32_t rate; /* packets a second; 0: no limit */
	struct trace_filter_spec *filters;
	size_t nfilters;
};

struct log_spec {
	struct security_log_spec security;
	struct syslog_target_spec *targets;
	size_t ntargets;
	struct trace_spec trace;
};

void log_spec_done(struct log_spec *log); /* frees what is below it */

#endif /* IMAGE_LOG_SPEC_H */
