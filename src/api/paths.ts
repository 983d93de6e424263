// Made from the OpenAPI document by `npm run docs`; a test fails when it is stale. Never edited by hand.
// Every error has the same shape; only the type of the 422 is kept.

export interface paths {
    "/ultronex/heartbeat": {
        /** Is it alive? */
        get: {
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            msg: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/status": {
        /**
         * State of the parts
         * @description Needs no login; with one, the response has the details of each part.
         */
        get: {
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            version: string;
                            /** Format: date-time */
                            startedAt: string;
                            /** @description No Slack is configured. */
                            simulator: boolean;
                            parts: {
                                name: string;
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            }[];
                            /** @description With the login only: settings and patterns that name missing or unusable channels. */
                            settings?: {
                                setting: string;
                                channel: string;
                                problem: "missing" | "archived" | "renamed" | "not_member";
                                text: string;
                            }[];
                            /** @description With the login only: parts that are off, and how to turn them on. */
                            off?: {
                                name: string;
                                text: string;
                                /** @description Lines for .env, or a command. */
                                setting: string;
                                /** @description Section of /ultronex/guide. */
                                guide: string;
                            }[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/bot": {
        /** The reply of the motivational bot to a text */
        get: {
            parameters: {
                query?: {
                    text?: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            /** @description Empty when the text has no trigger word, or all its replies are in cool-down. */
                            quote: string;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/slack": {
        /** Post a message to Slack, or with `to` elsewhere */
        post: {
            parameters: {
                query?: {
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
                header?: {
                    /** @description A repeated request with the same key within 24 h gets the first response again, and posts nothing. */
                    "idempotency-key"?: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        msg: {
                            /** @description #name, name, a channel id; for a direct message a user id, @name or the e-mail address of a person. */
                            channel?: string;
                            /** @description mrkdwn; also what notifications show when there are blocks. */
                            text: string;
                            /** @description Shown in bold above the text, and as the name of the payload. Not with blocks, which hide it. */
                            title?: string | null;
                            /** @description Uploaded as a snippet in the thread of the message: a text as it is, anything else as JSON. */
                            payload?: unknown;
                            /** @description The `ts` of the message to reply to. */
                            thread_ts?: string;
                            /** @description Block Kit. */
                            blocks?: ({
                                type: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @description Slack’s legacy attachments: coloured text beside a bar. */
                            attachments?: {
                                [key: string]: unknown;
                            }[];
                            /** @description Shown in place of the bot’s name; cut at 80 characters. */
                            username?: string;
                            /** @description `:fire:` in place of the bot’s picture. */
                            icon_emoji?: string;
                            /** @description A picture in place of the bot’s. */
                            icon_url?: string;
                            /** @description Whether Slack shows a preview of linked pages. */
                            unfurl_links?: boolean;
                            /** @description Whether Slack shows a preview of linked pictures and videos. */
                            unfurl_media?: boolean;
                            /** @description With `thread_ts`: shows the reply in the channel too. */
                            reply_broadcast?: boolean;
                            /** @description False: the text is shown as it is, asterisks and all. */
                            mrkdwn?: boolean;
                            /** @description True: Slack makes links of names such as @ada and #ops in the text. */
                            link_names?: boolean;
                            /** @description True: `& < >` in text and title are shown literally; otherwise they are Slack’s control characters. */
                            escape?: boolean;
                            /** @description Seconds it may wait before it expires. */
                            ttl?: number;
                            /** @description False: never merged with similar messages, however far the channel falls behind. */
                            merge?: boolean;
                            /** @description In place of a channel: the name of a destination of DESTINATIONS_DIR, such as `mail`. */
                            to?: string;
                        };
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            /**
                             * Format: uuid
                             * @description For GET /ultronex/messages/{id}.
                             */
                            id: string;
                            msg: {
                                channel?: string;
                                to?: string;
                                text: string;
                                title?: string;
                            };
                            /** @enum {string} */
                            status: "triggered";
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/slack/{channel}": {
        /**
         * Post a text to a channel
         * @description The body is the text: `curl -u user:password -d 'disk is full' host/ultronex/slack/ops`. With `content-type: application/json` it is a message's fields.
         */
        post: {
            parameters: {
                query?: {
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
                header?: {
                    /** @description A repeated request with the same key within 24 h gets the first response again, and posts nothing. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description #name, name, a channel id; for a direct message a user id, @name or the e-mail address of a person. */
                    channel: string;
                };
            };
            requestBody: {
                content: {
                    "text/plain": {
                        /** @description #name, name, a channel id; for a direct message a user id, @name or the e-mail address of a person. */
                        channel?: string;
                        /** @description mrkdwn; also what notifications show when there are blocks. */
                        text: string;
                        /** @description Shown in bold above the text, and as the name of the payload. Not with blocks, which hide it. */
                        title?: string | null;
                        /** @description Uploaded as a snippet in the thread of the message: a text as it is, anything else as JSON. */
                        payload?: unknown;
                        /** @description The `ts` of the message to reply to. */
                        thread_ts?: string;
                        /** @description Block Kit. */
                        blocks?: ({
                            type: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description Slack’s legacy attachments: coloured text beside a bar. */
                        attachments?: {
                            [key: string]: unknown;
                        }[];
                        /** @description Shown in place of the bot’s name; cut at 80 characters. */
                        username?: string;
                        /** @description `:fire:` in place of the bot’s picture. */
                        icon_emoji?: string;
                        /** @description A picture in place of the bot’s. */
                        icon_url?: string;
                        /** @description Whether Slack shows a preview of linked pages. */
                        unfurl_links?: boolean;
                        /** @description Whether Slack shows a preview of linked pictures and videos. */
                        unfurl_media?: boolean;
                        /** @description With `thread_ts`: shows the reply in the channel too. */
                        reply_broadcast?: boolean;
                        /** @description False: the text is shown as it is, asterisks and all. */
                        mrkdwn?: boolean;
                        /** @description True: Slack makes links of names such as @ada and #ops in the text. */
                        link_names?: boolean;
                        /** @description True: `& < >` in text and title are shown literally; otherwise they are Slack’s control characters. */
                        escape?: boolean;
                        /** @description Seconds it may wait before it expires. */
                        ttl?: number;
                        /** @description False: never merged with similar messages, however far the channel falls behind. */
                        merge?: boolean;
                    };
                    "application/json": {
                        /** @description #name, name, a channel id; for a direct message a user id, @name or the e-mail address of a person. */
                        channel?: string;
                        /** @description mrkdwn; also what notifications show when there are blocks. */
                        text: string;
                        /** @description Shown in bold above the text, and as the name of the payload. Not with blocks, which hide it. */
                        title?: string | null;
                        /** @description Uploaded as a snippet in the thread of the message: a text as it is, anything else as JSON. */
                        payload?: unknown;
                        /** @description The `ts` of the message to reply to. */
                        thread_ts?: string;
                        /** @description Block Kit. */
                        blocks?: ({
                            type: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description Slack’s legacy attachments: coloured text beside a bar. */
                        attachments?: {
                            [key: string]: unknown;
                        }[];
                        /** @description Shown in place of the bot’s name; cut at 80 characters. */
                        username?: string;
                        /** @description `:fire:` in place of the bot’s picture. */
                        icon_emoji?: string;
                        /** @description A picture in place of the bot’s. */
                        icon_url?: string;
                        /** @description Whether Slack shows a preview of linked pages. */
                        unfurl_links?: boolean;
                        /** @description Whether Slack shows a preview of linked pictures and videos. */
                        unfurl_media?: boolean;
                        /** @description With `thread_ts`: shows the reply in the channel too. */
                        reply_broadcast?: boolean;
                        /** @description False: the text is shown as it is, asterisks and all. */
                        mrkdwn?: boolean;
                        /** @description True: Slack makes links of names such as @ada and #ops in the text. */
                        link_names?: boolean;
                        /** @description True: `& < >` in text and title are shown literally; otherwise they are Slack’s control characters. */
                        escape?: boolean;
                        /** @description Seconds it may wait before it expires. */
                        ttl?: number;
                        /** @description False: never merged with similar messages, however far the channel falls behind. */
                        merge?: boolean;
                    };
                    "application/x-www-form-urlencoded": {
                        /** @description #name, name, a channel id; for a direct message a user id, @name or the e-mail address of a person. */
                        channel?: string;
                        /** @description mrkdwn; also what notifications show when there are blocks. */
                        text: string;
                        /** @description Shown in bold above the text, and as the name of the payload. Not with blocks, which hide it. */
                        title?: string | null;
                        /** @description Uploaded as a snippet in the thread of the message: a text as it is, anything else as JSON. */
                        payload?: unknown;
                        /** @description The `ts` of the message to reply to. */
                        thread_ts?: string;
                        /** @description Block Kit. */
                        blocks?: ({
                            type: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description Slack’s legacy attachments: coloured text beside a bar. */
                        attachments?: {
                            [key: string]: unknown;
                        }[];
                        /** @description Shown in place of the bot’s name; cut at 80 characters. */
                        username?: string;
                        /** @description `:fire:` in place of the bot’s picture. */
                        icon_emoji?: string;
                        /** @description A picture in place of the bot’s. */
                        icon_url?: string;
                        /** @description Whether Slack shows a preview of linked pages. */
                        unfurl_links?: boolean;
                        /** @description Whether Slack shows a preview of linked pictures and videos. */
                        unfurl_media?: boolean;
                        /** @description With `thread_ts`: shows the reply in the channel too. */
                        reply_broadcast?: boolean;
                        /** @description False: the text is shown as it is, asterisks and all. */
                        mrkdwn?: boolean;
                        /** @description True: Slack makes links of names such as @ada and #ops in the text. */
                        link_names?: boolean;
                        /** @description True: `& < >` in text and title are shown literally; otherwise they are Slack’s control characters. */
                        escape?: boolean;
                        /** @description Seconds it may wait before it expires. */
                        ttl?: number;
                        /** @description False: never merged with similar messages, however far the channel falls behind. */
                        merge?: boolean;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            /**
                             * Format: uuid
                             * @description For GET /ultronex/messages/{id}.
                             */
                            id: string;
                            msg: {
                                channel?: string;
                                to?: string;
                                text: string;
                                title?: string;
                            };
                            /** @enum {string} */
                            status: "triggered";
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/webhook/{channel}": {
        /**
         * Slack’s incoming webhook: for any tool that can post to Slack
         * @description Takes the body of Slack’s incoming webhooks, as JSON or as the form field `payload`, and returns `ok` as text. The header `x-ultronex-id` has the id for GET /ultronex/messages/{id}; `x-ultronex-ignored` names the ignored fields.
         */
        post: {
            parameters: {
                query?: {
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
                header?: {
                    /** @description A repeated request with the same key within 24 h gets the first response again, and posts nothing. */
                    "idempotency-key"?: string;
                };
                path: {
                    /** @description #name, name, a channel id; for a direct message a user id, @name or the e-mail address of a person. */
                    channel: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description mrkdwn, as in POST /ultronex/slack. */
                        text?: unknown;
                        /** @description Block Kit. */
                        blocks?: unknown;
                        /** @description Legacy attachments. */
                        attachments?: unknown;
                        /** @description A channel that replaces the one in the address. */
                        channel?: unknown;
                        /** @description Shown in place of the bot’s name. */
                        username?: unknown;
                        /** @description `:fire:`; takes precedence over `icon_url`. */
                        icon_emoji?: unknown;
                        /** @description A picture in place of the bot’s. */
                        icon_url?: unknown;
                        /** @description The `ts` of the message to reply to. */
                        thread_ts?: unknown;
                        /** @description With `thread_ts`: shows the reply in the channel too. */
                        reply_broadcast?: unknown;
                        /** @description Whether Slack shows a preview of linked pages. */
                        unfurl_links?: unknown;
                        /** @description Whether Slack shows a preview of linked pictures and videos. */
                        unfurl_media?: unknown;
                        /** @description False: the text is shown as it is. */
                        mrkdwn?: unknown;
                        /** @description True or 1: Slack makes links of names in the text. */
                        link_names?: unknown;
                    } & {
                        [key: string]: unknown;
                    };
                    "application/x-www-form-urlencoded": {
                        /** @description mrkdwn, as in POST /ultronex/slack. */
                        text?: unknown;
                        /** @description Block Kit. */
                        blocks?: unknown;
                        /** @description Legacy attachments. */
                        attachments?: unknown;
                        /** @description A channel that replaces the one in the address. */
                        channel?: unknown;
                        /** @description Shown in place of the bot’s name. */
                        username?: unknown;
                        /** @description `:fire:`; takes precedence over `icon_url`. */
                        icon_emoji?: unknown;
                        /** @description A picture in place of the bot’s. */
                        icon_url?: unknown;
                        /** @description The `ts` of the message to reply to. */
                        thread_ts?: unknown;
                        /** @description With `thread_ts`: shows the reply in the channel too. */
                        reply_broadcast?: unknown;
                        /** @description Whether Slack shows a preview of linked pages. */
                        unfurl_links?: unknown;
                        /** @description Whether Slack shows a preview of linked pictures and videos. */
                        unfurl_media?: unknown;
                        /** @description False: the text is shown as it is. */
                        mrkdwn?: unknown;
                        /** @description True or 1: Slack makes links of names in the text. */
                        link_names?: unknown;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description `ok`: the message is on disk. If the channel does not exist, the message is `failed` in the ledger later. */
                200: {
                    content: {
                        "text/plain": string;
                    };
                };
                /** @description `invalid_payload`, and the reason. */
                422: {
                    content: {
                        "text/plain": string;
                    };
                };
            };
        };
    };
    "/ultronex/messages": {
        /**
         * The ledger, newest first
         * @description A page may have fewer messages than `limit`, or none, when a search takes long. Only the last page has `next: null`.
         */
        get: {
            parameters: {
                query?: {
                    state?: "queued" | "sending" | "sent" | "failed" | "expired" | "withdrawn" | "merged";
                    channel?: string;
                    /** @description Part of the text. */
                    q?: string;
                    mergedInto?: string;
                    /** @description `next` of the previous page. */
                    cursor?: string;
                    limit?: number;
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            messages: {
                                /** Format: uuid */
                                id: string;
                                state: "queued" | "sending" | "sent" | "failed" | "expired" | "withdrawn" | "merged";
                                /** @description As it was asked for: #name, or an id. The name, with `to`. */
                                channel: string;
                                /** @description Present when it goes elsewhere than to Slack: the destination. */
                                to?: string;
                                text: string;
                                /** @description Present when the text is invisible: the text of its attachments or blocks. */
                                preview?: string;
                                title: string | null;
                                blocks: {
                                    [key: string]: unknown;
                                }[] | null;
                                threadTs: string | null;
                                replyTo: string | null;
                                tone: ("critical" | "error" | "warning" | "info" | "resolved") | null;
                                slackFields: {
                                    [key: string]: unknown;
                                } | null;
                                source: "api" | "forward" | "command" | "reply" | "canary" | "relax" | "heroku" | "hook" | "incident" | "jobs";
                                /** @description Also in the log lines of this message. */
                                trace: string;
                                attempts: number;
                                /**
                                 * Format: date-time
                                 * @description When it was accepted.
                                 */
                                createdAt: string;
                                /**
                                 * Format: date-time
                                 * @description When its state last changed.
                                 */
                                updatedAt: string;
                                /**
                                 * Format: date-time
                                 * @description If it was not sent by then, it is not sent at all.
                                 */
                                expiresAt: string;
                                slack: {
                                    channel: string;
                                    ts: string;
                                    permalink: string | null;
                                } | null;
                                error: string | null;
                                /** @description Problems of a message that was sent nevertheless: each file that was left out, with the reason; a thread that is gone. */
                                warnings: string[];
                                mergedInto: string | null;
                                /** @description How many similar messages were merged into this one. */
                                mergedCount: number;
                                pending: ("update" | "delete") | null;
                                attachments: string[];
                            }[];
                            next: string | null;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/messages/{id}": {
        /** One message of the ledger */
        get: {
            parameters: {
                query?: {
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
                path: {
                    id: string;
                };
            };
            responses: {
                /** @description A line of the ledger. */
                200: {
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            state: "queued" | "sending" | "sent" | "failed" | "expired" | "withdrawn" | "merged";
                            /** @description As it was asked for: #name, or an id. The name, with `to`. */
                            channel: string;
                            /** @description Present when it goes elsewhere than to Slack: the destination. */
                            to?: string;
                            text: string;
                            /** @description Present when the text is invisible: the text of its attachments or blocks. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            replyTo: string | null;
                            tone: ("critical" | "error" | "warning" | "info" | "resolved") | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "canary" | "relax" | "heroku" | "hook" | "incident" | "jobs";
                            /** @description Also in the log lines of this message. */
                            trace: string;
                            attempts: number;
                            /**
                             * Format: date-time
                             * @description When it was accepted.
                             */
                            createdAt: string;
                            /**
                             * Format: date-time
                             * @description When its state last changed.
                             */
                            updatedAt: string;
                            /**
                             * Format: date-time
                             * @description If it was not sent by then, it is not sent at all.
                             */
                            expiresAt: string;
                            slack: {
                                channel: string;
                                ts: string;
                                permalink: string | null;
                            } | null;
                            error: string | null;
                            /** @description Problems of a message that was sent nevertheless: each file that was left out, with the reason; a thread that is gone. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar messages were merged into this one. */
                            mergedCount: number;
                            pending: ("update" | "delete") | null;
                            attachments: string[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
        /** Withdraw a message: at once while it is queued (200), in Slack if it was sent (202) */
        delete: {
            parameters: {
                query?: {
                    /** @description For a digest: also withdraw every message merged into it. */
                    merged?: boolean;
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
                path: {
                    id: string;
                };
            };
            responses: {
                /** @description A line of the ledger. */
                200: {
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            state: "queued" | "sending" | "sent" | "failed" | "expired" | "withdrawn" | "merged";
                            /** @description As it was asked for: #name, or an id. The name, with `to`. */
                            channel: string;
                            /** @description Present when it goes elsewhere than to Slack: the destination. */
                            to?: string;
                            text: string;
                            /** @description Present when the text is invisible: the text of its attachments or blocks. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            replyTo: string | null;
                            tone: ("critical" | "error" | "warning" | "info" | "resolved") | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "canary" | "relax" | "heroku" | "hook" | "incident" | "jobs";
                            /** @description Also in the log lines of this message. */
                            trace: string;
                            attempts: number;
                            /**
                             * Format: date-time
                             * @description When it was accepted.
                             */
                            createdAt: string;
                            /**
                             * Format: date-time
                             * @description When its state last changed.
                             */
                            updatedAt: string;
                            /**
                             * Format: date-time
                             * @description If it was not sent by then, it is not sent at all.
                             */
                            expiresAt: string;
                            slack: {
                                channel: string;
                                ts: string;
                                permalink: string | null;
                            } | null;
                            error: string | null;
                            /** @description Problems of a message that was sent nevertheless: each file that was left out, with the reason; a thread that is gone. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar messages were merged into this one. */
                            mergedCount: number;
                            pending: ("update" | "delete") | null;
                            attachments: string[];
                        };
                    };
                };
                /** @description A line of the ledger. */
                202: {
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            state: "queued" | "sending" | "sent" | "failed" | "expired" | "withdrawn" | "merged";
                            /** @description As it was asked for: #name, or an id. The name, with `to`. */
                            channel: string;
                            /** @description Present when it goes elsewhere than to Slack: the destination. */
                            to?: string;
                            text: string;
                            /** @description Present when the text is invisible: the text of its attachments or blocks. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            replyTo: string | null;
                            tone: ("critical" | "error" | "warning" | "info" | "resolved") | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "canary" | "relax" | "heroku" | "hook" | "incident" | "jobs";
                            /** @description Also in the log lines of this message. */
                            trace: string;
                            attempts: number;
                            /**
                             * Format: date-time
                             * @description When it was accepted.
                             */
                            createdAt: string;
                            /**
                             * Format: date-time
                             * @description When its state last changed.
                             */
                            updatedAt: string;
                            /**
                             * Format: date-time
                             * @description If it was not sent by then, it is not sent at all.
                             */
                            expiresAt: string;
                            slack: {
                                channel: string;
                                ts: string;
                                permalink: string | null;
                            } | null;
                            error: string | null;
                            /** @description Problems of a message that was sent nevertheless: each file that was left out, with the reason; a thread that is gone. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar messages were merged into this one. */
                            mergedCount: number;
                            pending: ("update" | "delete") | null;
                            attachments: string[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
        /** Edit a message: at once while it is queued (200), in Slack if it was sent (202) */
        patch: {
            parameters: {
                query?: {
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
                path: {
                    id: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The limit is that of chat.update. */
                        text?: string;
                        title?: string;
                        blocks?: ({
                            type: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    };
                };
            };
            responses: {
                /** @description A line of the ledger. */
                200: {
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            state: "queued" | "sending" | "sent" | "failed" | "expired" | "withdrawn" | "merged";
                            /** @description As it was asked for: #name, or an id. The name, with `to`. */
                            channel: string;
                            /** @description Present when it goes elsewhere than to Slack: the destination. */
                            to?: string;
                            text: string;
                            /** @description Present when the text is invisible: the text of its attachments or blocks. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            replyTo: string | null;
                            tone: ("critical" | "error" | "warning" | "info" | "resolved") | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "canary" | "relax" | "heroku" | "hook" | "incident" | "jobs";
                            /** @description Also in the log lines of this message. */
                            trace: string;
                            attempts: number;
                            /**
                             * Format: date-time
                             * @description When it was accepted.
                             */
                            createdAt: string;
                            /**
                             * Format: date-time
                             * @description When its state last changed.
                             */
                            updatedAt: string;
                            /**
                             * Format: date-time
                             * @description If it was not sent by then, it is not sent at all.
                             */
                            expiresAt: string;
                            slack: {
                                channel: string;
                                ts: string;
                                permalink: string | null;
                            } | null;
                            error: string | null;
                            /** @description Problems of a message that was sent nevertheless: each file that was left out, with the reason; a thread that is gone. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar messages were merged into this one. */
                            mergedCount: number;
                            pending: ("update" | "delete") | null;
                            attachments: string[];
                        };
                    };
                };
                /** @description A line of the ledger. */
                202: {
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            state: "queued" | "sending" | "sent" | "failed" | "expired" | "withdrawn" | "merged";
                            /** @description As it was asked for: #name, or an id. The name, with `to`. */
                            channel: string;
                            /** @description Present when it goes elsewhere than to Slack: the destination. */
                            to?: string;
                            text: string;
                            /** @description Present when the text is invisible: the text of its attachments or blocks. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            replyTo: string | null;
                            tone: ("critical" | "error" | "warning" | "info" | "resolved") | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "canary" | "relax" | "heroku" | "hook" | "incident" | "jobs";
                            /** @description Also in the log lines of this message. */
                            trace: string;
                            attempts: number;
                            /**
                             * Format: date-time
                             * @description When it was accepted.
                             */
                            createdAt: string;
                            /**
                             * Format: date-time
                             * @description When its state last changed.
                             */
                            updatedAt: string;
                            /**
                             * Format: date-time
                             * @description If it was not sent by then, it is not sent at all.
                             */
                            expiresAt: string;
                            slack: {
                                channel: string;
                                ts: string;
                                permalink: string | null;
                            } | null;
                            error: string | null;
                            /** @description Problems of a message that was sent nevertheless: each file that was left out, with the reason; a thread that is gone. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar messages were merged into this one. */
                            mergedCount: number;
                            pending: ("update" | "delete") | null;
                            attachments: string[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/messages/{id}/retry": {
        /** Send a message again that failed, expired or was deleted in Slack */
        post: {
            parameters: {
                query?: {
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
                path: {
                    id: string;
                };
            };
            responses: {
                /** @description A line of the ledger. */
                200: {
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            state: "queued" | "sending" | "sent" | "failed" | "expired" | "withdrawn" | "merged";
                            /** @description As it was asked for: #name, or an id. The name, with `to`. */
                            channel: string;
                            /** @description Present when it goes elsewhere than to Slack: the destination. */
                            to?: string;
                            text: string;
                            /** @description Present when the text is invisible: the text of its attachments or blocks. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            replyTo: string | null;
                            tone: ("critical" | "error" | "warning" | "info" | "resolved") | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "canary" | "relax" | "heroku" | "hook" | "incident" | "jobs";
                            /** @description Also in the log lines of this message. */
                            trace: string;
                            attempts: number;
                            /**
                             * Format: date-time
                             * @description When it was accepted.
                             */
                            createdAt: string;
                            /**
                             * Format: date-time
                             * @description When its state last changed.
                             */
                            updatedAt: string;
                            /**
                             * Format: date-time
                             * @description If it was not sent by then, it is not sent at all.
                             */
                            expiresAt: string;
                            slack: {
                                channel: string;
                                ts: string;
                                permalink: string | null;
                            } | null;
                            error: string | null;
                            /** @description Problems of a message that was sent nevertheless: each file that was left out, with the reason; a thread that is gone. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar messages were merged into this one. */
                            mergedCount: number;
                            pending: ("update" | "delete") | null;
                            attachments: string[];
                        };
                    };
                };
                /** @description A line of the ledger. */
                202: {
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            state: "queued" | "sending" | "sent" | "failed" | "expired" | "withdrawn" | "merged";
                            /** @description As it was asked for: #name, or an id. The name, with `to`. */
                            channel: string;
                            /** @description Present when it goes elsewhere than to Slack: the destination. */
                            to?: string;
                            text: string;
                            /** @description Present when the text is invisible: the text of its attachments or blocks. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            replyTo: string | null;
                            tone: ("critical" | "error" | "warning" | "info" | "resolved") | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "canary" | "relax" | "heroku" | "hook" | "incident" | "jobs";
                            /** @description Also in the log lines of this message. */
                            trace: string;
                            attempts: number;
                            /**
                             * Format: date-time
                             * @description When it was accepted.
                             */
                            createdAt: string;
                            /**
                             * Format: date-time
                             * @description When its state last changed.
                             */
                            updatedAt: string;
                            /**
                             * Format: date-time
                             * @description If it was not sent by then, it is not sent at all.
                             */
                            expiresAt: string;
                            slack: {
                                channel: string;
                                ts: string;
                                permalink: string | null;
                            } | null;
                            error: string | null;
                            /** @description Problems of a message that was sent nevertheless: each file that was left out, with the reason; a thread that is gone. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar messages were merged into this one. */
                            mergedCount: number;
                            pending: ("update" | "delete") | null;
                            attachments: string[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/stats": {
        /** Counters since the first start */
        get: {
            parameters: {
                query?: {
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            /** @description When this program started, the same as `started_at`: not a duration, but a name that existing clients use. */
                            uptime: string;
                            /** @description Events received. */
                            total_msg_count: number;
                            /** @description Attached files downloaded. */
                            total_attachments_downloaded: number;
                            /** @description Replies to commands and trigger words. */
                            replied_msg_count: number;
                            /** @description Forwards to subscribers. */
                            forwarded_msg_count: number;
                            /** @description Messages sent to Slack. */
                            total_messages_slacked: number;
                            /** @description When the counters were last written to disk. */
                            snapshot: string;
                            /**
                             * Format: date-time
                             * @description When this program started.
                             */
                            started_at: string;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/external": {
        /** Slack’s errors and closed sockets, counted by their text */
        get: {
            parameters: {
                query?: {
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            errors: {
                                [key: string]: number;
                            };
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/track": {
        /** Tracked patterns and who holds them */
        get: {
            parameters: {
                query?: {
                    view?: "list";
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            subscriptions: {
                                id: string;
                                pattern: string;
                                user: string;
                                channel: string | null;
                                /** Format: date-time */
                                createdAt: string;
                                /** @description Present while the pattern is paused: the reason. Track it again to end the pause. */
                                paused?: string;
                                /** @description Present when the user’s own messages match too. */
                                includeOwn?: boolean;
                            }[];
                        } | {
                            [key: string]: string;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
        /** Track a pattern for a user */
        post: {
            parameters: {
                query?: {
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description An RE2 regular expression, matched without regard to case. */
                        pattern: string;
                        /** @description Who gets the matches as direct messages: a user id, @name or an e-mail address. */
                        user: string;
                        /** @description Watch only this channel: its id or #name. */
                        channel?: string;
                        /** @description Also match the user’s own messages. Default: false for a new pattern, unchanged for a tracked one. */
                        includeOwn?: boolean;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            id: string;
                            pattern: string;
                            user: string;
                            channel: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            /** @description Present while the pattern is paused: the reason. Track it again to end the pause. */
                            paused?: string;
                            /** @description Present when the user’s own messages match too. */
                            includeOwn?: boolean;
                            /** @description Why the pattern, or a part of it, can never match. */
                            warnings?: string[];
                        };
                    };
                };
                /** @description Done. */
                201: {
                    content: {
                        "application/json": {
                            id: string;
                            pattern: string;
                            user: string;
                            channel: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            /** @description Present while the pattern is paused: the reason. Track it again to end the pause. */
                            paused?: string;
                            /** @description Present when the user’s own messages match too. */
                            includeOwn?: boolean;
                            /** @description Why the pattern, or a part of it, can never match. */
                            warnings?: string[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/track/{id}": {
        /** Stop tracking */
        delete: {
            parameters: {
                query?: {
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
                path: {
                    id: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            msg: string;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/track/test": {
        /**
         * Try a pattern on a text
         * @description The text is matched as a message with this text would be; it may have Slack’s markup.
         */
        post: {
            parameters: {
                query?: {
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description An RE2 regular expression, matched without regard to case. */
                        pattern: string;
                        sample: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            matches: boolean;
                            /** @description [start, end) in UTF-16 units. A span covers a whole mention or emoji, never a part of one. At most 100. */
                            spans: [
                                number,
                                number
                            ][];
                            /** @description Why the pattern, or a part of it, can never match. */
                            warnings: string[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/names": {
        /**
         * Names of people and channels by their ids, or a search by a part of the name
         * @description Give `ids`, or `kind` with `q`. Names come from cached lists: an unknown id is left out.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Ids separated by commas, 100 at most: U1,C4. */
                    ids?: string;
                    kind?: "user" | "channel";
                    /** @description Part of a name or an id; at most 20 are returned. */
                    q?: string;
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            names: {
                                id: string;
                                kind: "user" | "channel";
                                /** @description Without @ or #. */
                                name: string;
                            }[];
                            /** @description Why names may be missing, with the remedy: a scope that the app lacks, for example. */
                            problem: string | null;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/events": {
        /** The live feed as server-sent events; with `?all` every recorded event of every workspace, or of `team`. Resumable with Last-Event-ID */
        get: {
            parameters: {
                query?: {
                    /** @description Empty or `true`: all recorded events (docs/events.md), with the scope `events`; with `team` those of one workspace. */
                    all?: string;
                    /** @description The id of the workspace; for the operator only. Default: that of the token, else the operator’s. */
                    team?: string;
                };
                header?: {
                    "last-event-id"?: string;
                };
            };
            responses: {
                /** @description Events called `live`, with `?all` `message`, each with a JSON object; endless. */
                200: {
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/tokens": {
        /**
         * API tokens, newest first, without their secrets
         * @description Expired and revoked ones are listed for 90 days.
         */
        get: {
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            tokens: {
                                name: string;
                                /** @description The first 8 characters of the secret. */
                                start: string;
                                scopes: string[];
                                /** @description The workspace whose data alone it reaches; null: the operator’s token. */
                                team: string | null;
                                state: "active" | "expired" | "revoked";
                                /** Format: date-time */
                                createdAt: string;
                                createdBy: string;
                                /** @description Accurate to a minute; null: never used. */
                                lastUsedAt: string | null;
                                /** @description Null: it does not expire. */
                                expiresAt: string | null;
                                /** @description Null: it was not revoked. */
                                revokedAt: string | null;
                            }[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
        /** Create a token; the response alone has its secret */
        post: {
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Letters, digits, `.`, `_` and `-`. */
                        name: string;
                        /** @description Such as `read`, `post`, `post:#ops`, `beat:backup`. */
                        scopes: string[];
                        /** @description Limits it to the data of a workspace that installed the app, by its id. */
                        team?: string;
                        /** @description The time until it expires: `90d`, `12h`. */
                        expires?: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    content: {
                        "application/json": {
                            /** @description The secret. It is shown only here. */
                            token: string;
                            name: string;
                            /** @description The first 8 characters of the secret. */
                            start: string;
                            scopes: string[];
                            /** @description The workspace whose data alone it reaches; null: the operator’s token. */
                            team: string | null;
                            state: "active" | "expired" | "revoked";
                            /** Format: date-time */
                            createdAt: string;
                            createdBy: string;
                            /** @description Accurate to a minute; null: never used. */
                            lastUsedAt: string | null;
                            /** @description Null: it does not expire. */
                            expiresAt: string | null;
                            /** @description Null: it was not revoked. */
                            revokedAt: string | null;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/tokens/{name}": {
        /** Revoke a token; its next request is refused */
        delete: {
            parameters: {
                path: {
                    name: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            name: string;
                            /** @description The first 8 characters of the secret. */
                            start: string;
                            scopes: string[];
                            /** @description The workspace whose data alone it reaches; null: the operator’s token. */
                            team: string | null;
                            state: "active" | "expired" | "revoked";
                            /** Format: date-time */
                            createdAt: string;
                            createdBy: string;
                            /** @description Accurate to a minute; null: never used. */
                            lastUsedAt: string | null;
                            /** @description Null: it does not expire. */
                            expiresAt: string | null;
                            /** @description Null: it was not revoked. */
                            revokedAt: string | null;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/audit": {
        /**
         * The audit log, newest first: who changed what, and who was refused
         * @description Entries are kept for 90 days. A page may have fewer entries than `limit`; only the last has `next: null`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The beginning of the action: `token`. */
                    action?: string;
                    /** @description The name of the person or token, or a Slack user’s id. */
                    actor?: string;
                    /** @description A part of the target. */
                    target?: string;
                    outcome?: "begun" | "done" | "failed" | "refused";
                    /** @description `next` of the previous page. */
                    cursor?: string;
                    limit?: number;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            entries: {
                                id: string;
                                /** Format: date-time */
                                at: string;
                                actor: {
                                    kind: "user" | "token" | "slack" | "program";
                                    /** @description Of the person or token, or a Slack user’s id; empty when it is not known. */
                                    name: string;
                                };
                                /** @description An IP address, or a channel of Slack. */
                                source: string;
                                action: string;
                                target: string;
                                /**
                                 * @description `begun`: the action has not ended, or the program stopped.
                                 * @enum {unknown}
                                 */
                                outcome: "begun" | "done" | "failed" | "refused";
                                detail: string;
                                /** @description The header `X-Request-ID` of the request. */
                                requestId: string;
                            }[];
                            next: string | null;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
        /** Add an entry on an action outside of the program, such as a deploy */
        post: {
            requestBody: {
                content: {
                    "application/json": {
                        /** @description A verb, where needed with its object: `deploy`. */
                        action: string;
                        /** @description The object of the action: `v1.4.0`. */
                        target: string;
                        /**
                         * @default done
                         * @enum {unknown}
                         */
                        outcome?: "begun" | "done" | "failed" | "refused";
                        detail?: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    content: {
                        "application/json": {
                            id: string;
                            /** Format: date-time */
                            at: string;
                            actor: {
                                kind: "user" | "token" | "slack" | "program";
                                /** @description Of the person or token, or a Slack user’s id; empty when it is not known. */
                                name: string;
                            };
                            /** @description An IP address, or a channel of Slack. */
                            source: string;
                            action: string;
                            target: string;
                            /**
                             * @description `begun`: the action has not ended, or the program stopped.
                             * @enum {unknown}
                             */
                            outcome: "begun" | "done" | "failed" | "refused";
                            detail: string;
                            /** @description The header `X-Request-ID` of the request. */
                            requestId: string;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/containers/list": {
        /** All containers with their use of resources */
        get: {
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            /** @description Whether control of containers is on. */
                            control: boolean;
                            controlHint: string | null;
                            containers: {
                                id: string;
                                name: string;
                                /** @description Service of Docker Compose; empty for other containers. */
                                service: string;
                                image: string;
                                /** @description created, running, paused, restarting, exited or dead. */
                                state: string;
                                /** @description Docker’s text for people: Up 3 hours. */
                                status: string;
                                /** @description healthy, unhealthy, starting or none. */
                                health: string;
                                restarts: number;
                                startedAt: string | null;
                                cpuPercent: number | null;
                                /** @description Memory in use, as docker stats shows it. */
                                memoryBytes: number;
                                memoryLimitBytes: number | null;
                                networks: string[];
                                protected: string | null;
                                /** @description The actions (and `shell`) that are not allowed, each with the reason. */
                                refuses: {
                                    [key: string]: string;
                                };
                            }[];
                            networks: {
                                name: string;
                                containers: string[];
                            }[];
                            /** @description Traffic from HAProxy to containers since the previous reading. */
                            traffic: {
                                from: string;
                                to: string;
                                requestsPerSecond: number;
                                bytesPerSecond: number;
                            }[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/containers/audit": {
        /** The newest 200 actions and shells, newest first */
        get: {
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            entries: {
                                id: string;
                                /** Format: date-time */
                                at: string;
                                via: "http" | "slack";
                                /** @description The name of a person or token, or Slack user id. */
                                who: string;
                                /** @description Address, or Slack channel. */
                                from: string;
                                action: string;
                                container: string;
                                outcome: "begun" | "done" | "failed" | "refused";
                                detail: string;
                            }[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/containers/{name}/logs": {
        /** A container’s log as server-sent events: `message` {time, stream, text}, at the end `end` {reason} */
        get: {
            parameters: {
                query?: {
                    tail?: number;
                    /** @description Continue with new lines. */
                    follow?: boolean;
                    /** @description Only lines with this text, of the last 10,000. */
                    search?: string;
                };
                path: {
                    name: string;
                };
            };
            responses: {
                /** @description Events. */
                200: {
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/containers/{name}/actions": {
        /** Start, stop, restart, pause or unpause a container; `confirm` repeats its name */
        post: {
            parameters: {
                path: {
                    name: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        action: "start" | "stop" | "restart" | "pause" | "unpause";
                        confirm: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            msg: string;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/heroku": {
        /** The watched apps on Heroku, as they were read last */
        get: {
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            apps: {
                                app: string;
                                owner: string | null;
                                region: string | null;
                                stack: string | null;
                                /** @description Whether its maintenance mode is on. */
                                maintenance: boolean;
                                dynos: {
                                    name: string;
                                    type: string;
                                    /** @description `up`, `starting`, `idle`, `down`, `crashed`, or a state that is new at Heroku. */
                                    state: string;
                                    since: string | null;
                                }[];
                                formation: {
                                    type: string;
                                    quantity: number;
                                    size: string;
                                }[];
                                /** @description The newest first. */
                                releases: {
                                    version: number;
                                    description: string;
                                    /** @description `succeeded`, `pending`, `failed`, `expired`. */
                                    status: string;
                                    /** @description An e-mail address; empty when Heroku names none. */
                                    by: string;
                                    /** Format: date-time */
                                    at: string;
                                }[];
                                addons: {
                                    name: string;
                                    service: string;
                                    plan: string;
                                    state: string;
                                }[];
                                readAt: string | null;
                                problem: string | null;
                            }[];
                            requestsLeft: number | null;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/heroku/{app}": {
        /**
         * An app on Heroku, watched or not, which is read now
         * @description When Heroku gives no answer, `problem` has the reason, and the rest is what was read last.
         */
        get: {
            parameters: {
                path: {
                    app: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            app: string;
                            owner: string | null;
                            region: string | null;
                            stack: string | null;
                            /** @description Whether its maintenance mode is on. */
                            maintenance: boolean;
                            dynos: {
                                name: string;
                                type: string;
                                /** @description `up`, `starting`, `idle`, `down`, `crashed`, or a state that is new at Heroku. */
                                state: string;
                                since: string | null;
                            }[];
                            formation: {
                                type: string;
                                quantity: number;
                                size: string;
                            }[];
                            /** @description The newest first. */
                            releases: {
                                version: number;
                                description: string;
                                /** @description `succeeded`, `pending`, `failed`, `expired`. */
                                status: string;
                                /** @description An e-mail address; empty when Heroku names none. */
                                by: string;
                                /** Format: date-time */
                                at: string;
                            }[];
                            addons: {
                                name: string;
                                service: string;
                                plan: string;
                                state: string;
                            }[];
                            readAt: string | null;
                            problem: string | null;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/hooks/heroku": {
        /**
         * Heroku’s webhooks: the app is read at once
         * @description With HEROKU_WEBHOOK_SECRET a signed request needs no login.
         */
        post: {
            responses: {
                /** @description Taken. */
                204: {
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/hooks/{name}": {
        /**
         * A webhook of a hook from HOOKS_DIR
         * @description A hook with `verify` checks the signature of the sender and needs no login.
         */
        post: {
            parameters: {
                path: {
                    name: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            msg: string;
                            /** @description For GET /ultronex/messages/{id}; null when nothing is posted. */
                            id: string | null;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/hooks/{name}/{secret}": {
        /** The same for a sender that can only be given an address (`verify: { address: … }`) */
        post: {
            parameters: {
                path: {
                    name: string;
                    secret: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            msg: string;
                            /** @description For GET /ultronex/messages/{id}; null when nothing is posted. */
                            id: string | null;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/hooks/alertmanager": {
        /** Alertmanager’s webhook: posts one card per group of alerts, and edits it */
        post: {
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        version: "4";
                        /** @description The same for every notification of a group. */
                        groupKey: string;
                        status: "firing" | "resolved";
                        receiver: string;
                        /** @description The labels by which alerts are grouped. */
                        groupLabels: {
                            [key: string]: string;
                        };
                        /** @description Labels that all its alerts have. */
                        commonLabels: {
                            [key: string]: string;
                        };
                        /** @description Annotations that all its alerts have. */
                        commonAnnotations: {
                            [key: string]: string;
                        };
                        /** @description Address of Alertmanager. */
                        externalURL: string;
                        /** @description How many alerts are left out (`max_alerts`). */
                        truncatedAlerts?: number;
                        alerts: {
                            status: "firing" | "resolved";
                            /** @description They identify the alert: `alertname`, `severity`, `instance` … */
                            labels: {
                                [key: string]: string;
                            };
                            /** @description Texts for people: `summary`, `description`, `runbook_url`. */
                            annotations: {
                                [key: string]: string;
                            };
                            /**
                             * Format: date-time
                             * @description When it began to fire.
                             */
                            startsAt: string;
                            /**
                             * Format: date-time
                             * @description When it ended; in the year 1 while it fires.
                             */
                            endsAt: string;
                            /** @description Address of the alert’s query. */
                            generatorURL: string;
                            /** @description A hash of the labels. */
                            fingerprint: string;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            msg: string;
                            /** @description For GET /ultronex/messages/{id}; null when nothing is posted. */
                            id: string | null;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/hooks/grafana": {
        /**
         * Grafana’s webhook (11 to 13): posts the same cards
         * @description With GRAFANA_WEBHOOK_SECRET a signed request needs no login.
         */
        post: {
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        version?: "1";
                        receiver?: string;
                        /** @description The same for every notification of a group. */
                        groupKey?: string;
                        orgId?: number;
                        status: "firing" | "resolved";
                        /** @description The labels by which alerts are grouped. */
                        groupLabels?: {
                            [key: string]: string;
                        };
                        /** @description Labels that all its alerts have. */
                        commonLabels?: {
                            [key: string]: string;
                        };
                        /** @description Annotations that all its alerts have. */
                        commonAnnotations?: {
                            [key: string]: string;
                        };
                        externalURL?: string | null;
                        /** @description How many alerts are left out. */
                        truncatedAlerts?: number;
                        alerts: {
                            status: "firing" | "resolved";
                            /** @description They identify the alert: `alertname`, `grafana_folder` … */
                            labels: {
                                [key: string]: string;
                            };
                            /** @description Texts for people: `summary`, `description`, `runbook_url`. */
                            annotations?: {
                                [key: string]: string;
                            };
                            /**
                             * Format: date-time
                             * @description When it began to fire.
                             */
                            startsAt: string;
                            /**
                             * Format: date-time
                             * @description When it ended; in the year 1 while it fires.
                             */
                            endsAt?: string;
                            /** @description Results of the rule’s expressions. */
                            values?: {
                                [key: string]: number | null;
                            } | null;
                            generatorURL?: string | null;
                            fingerprint?: string;
                            silenceURL?: string | null;
                            dashboardURL?: string | null;
                            panelURL?: string | null;
                            imageURL?: string | null;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            msg: string;
                            /** @description For GET /ultronex/messages/{id}; null when nothing is posted. */
                            id: string | null;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/incidents/alerts/{id}": {
        /** All alerts of a card with more than ten, as of the last notification, in plain text */
        get: {
            parameters: {
                path: {
                    id: string;
                };
            };
            responses: {
                /** @description One paragraph an alert. */
                200: {
                    content: {
                        "text/plain": string;
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/incidents/maintenance": {
        /** Maintenance windows that have not ended */
        get: {
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            maintenance: {
                                /**
                                 * Format: date-time
                                 * @description When it began.
                                 */
                                from: string;
                                /**
                                 * Format: date-time
                                 * @description When it ends.
                                 */
                                until: string;
                                reason: string;
                                by: {
                                    kind: "user" | "token" | "slack" | "program";
                                    /** @description Of the person or token, or a Slack user’s id. */
                                    name: string;
                                };
                            }[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
        /** Open a maintenance window: nobody is told of new incidents until it ends */
        post: {
            requestBody: {
                content: {
                    "application/json": {
                        /** @description `2h`; 7 days at most. */
                        for: string;
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    content: {
                        "application/json": {
                            /**
                             * Format: date-time
                             * @description When it began.
                             */
                            from: string;
                            /**
                             * Format: date-time
                             * @description When it ends.
                             */
                            until: string;
                            reason: string;
                            by: {
                                kind: "user" | "token" | "slack" | "program";
                                /** @description Of the person or token, or a Slack user’s id. */
                                name: string;
                            };
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
        /** End all maintenance windows */
        delete: {
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            ended: number;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/incidents": {
        /** Incidents, newest first, and the maintenance windows */
        get: {
            parameters: {
                query?: {
                    state?: "open" | "resolved" | "all";
                    /** @description A part of the title. */
                    search?: string;
                    /** @description `next` of the previous page. */
                    cursor?: string;
                    limit?: number;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            incidents: {
                                number: number;
                                title: string;
                                severity: "critical" | "error" | "warning" | "info";
                                /**
                                 * @description Its condition in a word.
                                 * @enum {unknown}
                                 */
                                state: "firing" | "acknowledged" | "silenced" | "flapping" | "resolved";
                                /**
                                 * @description As its source last reported it.
                                 * @enum {unknown}
                                 */
                                status: "firing" | "resolved";
                                /**
                                 * @description `signal`: a hook, a watcher or a job.
                                 * @enum {unknown}
                                 */
                                source: "alertmanager" | "grafana" | "signal";
                                startedAt: string | null;
                                /**
                                 * Format: date-time
                                 * @description When it was first reported.
                                 */
                                openedAt: string;
                                resolvedAt: string | null;
                                /** @description From its begin to its end, or until now. */
                                durationSeconds: number;
                                /** @description Of its card. */
                                channel: string;
                                /** @description mrkdwn */
                                about: string;
                                /** @description A line in mrkdwn for each alert, at most 10. */
                                alerts: string[];
                                /** @description Number of alerts without a line. */
                                more: number;
                                links: {
                                    name: string;
                                    url: string;
                                }[];
                                labels: {
                                    [key: string]: string;
                                };
                                acknowledged: {
                                    by: {
                                        kind: "user" | "token" | "slack" | "program";
                                        /** @description Of the person or token, or a Slack user’s id. */
                                        name: string;
                                    };
                                    /**
                                     * Format: date-time
                                     * @description When.
                                     */
                                    at: string;
                                } | null;
                                silenced: {
                                    by: {
                                        kind: "user" | "token" | "slack" | "program";
                                        /** @description Of the person or token, or a Slack user’s id. */
                                        name: string;
                                    };
                                    /**
                                     * Format: date-time
                                     * @description When.
                                     */
                                    at: string;
                                    until: string | null;
                                } | null;
                                resolvedBy: {
                                    kind: "user" | "token" | "slack" | "program";
                                    /** @description Of the person or token, or a Slack user’s id. */
                                    name: string;
                                } | null;
                                /** @description False: a person stopped its reminders. */
                                reminding: boolean;
                                flappingSince: string | null;
                                /**
                                 * Format: date-time
                                 * @description When people were last told of it.
                                 */
                                toldAt: string;
                                card: {
                                    /** Format: uuid */
                                    id: string;
                                    state: string | null;
                                    permalink: string | null;
                                } | null;
                            }[];
                            next: string | null;
                            maintenance: {
                                /**
                                 * Format: date-time
                                 * @description When it began.
                                 */
                                from: string;
                                /**
                                 * Format: date-time
                                 * @description When it ends.
                                 */
                                until: string;
                                reason: string;
                                by: {
                                    kind: "user" | "token" | "slack" | "program";
                                    /** @description Of the person or token, or a Slack user’s id. */
                                    name: string;
                                };
                            }[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/incidents/{number}": {
        /**
         * An incident with its history
         * @description With `Accept: text/markdown` the response is the skeleton of a post-mortem.
         */
        get: {
            parameters: {
                path: {
                    /** @description Of the incident. */
                    number: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            number: number;
                            title: string;
                            severity: "critical" | "error" | "warning" | "info";
                            /**
                             * @description Its condition in a word.
                             * @enum {unknown}
                             */
                            state: "firing" | "acknowledged" | "silenced" | "flapping" | "resolved";
                            /**
                             * @description As its source last reported it.
                             * @enum {unknown}
                             */
                            status: "firing" | "resolved";
                            /**
                             * @description `signal`: a hook, a watcher or a job.
                             * @enum {unknown}
                             */
                            source: "alertmanager" | "grafana" | "signal";
                            startedAt: string | null;
                            /**
                             * Format: date-time
                             * @description When it was first reported.
                             */
                            openedAt: string;
                            resolvedAt: string | null;
                            /** @description From its begin to its end, or until now. */
                            durationSeconds: number;
                            /** @description Of its card. */
                            channel: string;
                            /** @description mrkdwn */
                            about: string;
                            /** @description A line in mrkdwn for each alert, at most 10. */
                            alerts: string[];
                            /** @description Number of alerts without a line. */
                            more: number;
                            links: {
                                name: string;
                                url: string;
                            }[];
                            labels: {
                                [key: string]: string;
                            };
                            acknowledged: {
                                by: {
                                    kind: "user" | "token" | "slack" | "program";
                                    /** @description Of the person or token, or a Slack user’s id. */
                                    name: string;
                                };
                                /**
                                 * Format: date-time
                                 * @description When.
                                 */
                                at: string;
                            } | null;
                            silenced: {
                                by: {
                                    kind: "user" | "token" | "slack" | "program";
                                    /** @description Of the person or token, or a Slack user’s id. */
                                    name: string;
                                };
                                /**
                                 * Format: date-time
                                 * @description When.
                                 */
                                at: string;
                                until: string | null;
                            } | null;
                            resolvedBy: {
                                kind: "user" | "token" | "slack" | "program";
                                /** @description Of the person or token, or a Slack user’s id. */
                                name: string;
                            } | null;
                            /** @description False: a person stopped its reminders. */
                            reminding: boolean;
                            flappingSince: string | null;
                            /**
                             * Format: date-time
                             * @description When people were last told of it.
                             */
                            toldAt: string;
                            card: {
                                /** Format: uuid */
                                id: string;
                                state: string | null;
                                permalink: string | null;
                            } | null;
                            /** @description Oldest first: the first 100 entries and the last 400. */
                            history: {
                                /**
                                 * Format: date-time
                                 * @description When.
                                 */
                                at: string;
                                kind: "opened" | "changed" | "resolved" | "acknowledged" | "silenced" | "unsilenced" | "reminders stopped" | "reminded" | "flapping" | "steady" | "posted again" | "context" | "note";
                                actor: {
                                    kind: "user" | "token" | "slack" | "program";
                                    /** @description Of the person or token, or a Slack user’s id. */
                                    name: string;
                                };
                                text: string;
                            }[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/incidents/{number}/ack": {
        /** Acknowledge an incident: its reminders stop */
        post: {
            parameters: {
                path: {
                    /** @description Of the incident. */
                    number: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            msg: string;
                            incident: {
                                number: number;
                                title: string;
                                severity: "critical" | "error" | "warning" | "info";
                                /**
                                 * @description Its condition in a word.
                                 * @enum {unknown}
                                 */
                                state: "firing" | "acknowledged" | "silenced" | "flapping" | "resolved";
                                /**
                                 * @description As its source last reported it.
                                 * @enum {unknown}
                                 */
                                status: "firing" | "resolved";
                                /**
                                 * @description `signal`: a hook, a watcher or a job.
                                 * @enum {unknown}
                                 */
                                source: "alertmanager" | "grafana" | "signal";
                                startedAt: string | null;
                                /**
                                 * Format: date-time
                                 * @description When it was first reported.
                                 */
                                openedAt: string;
                                resolvedAt: string | null;
                                /** @description From its begin to its end, or until now. */
                                durationSeconds: number;
                                /** @description Of its card. */
                                channel: string;
                                /** @description mrkdwn */
                                about: string;
                                /** @description A line in mrkdwn for each alert, at most 10. */
                                alerts: string[];
                                /** @description Number of alerts without a line. */
                                more: number;
                                links: {
                                    name: string;
                                    url: string;
                                }[];
                                labels: {
                                    [key: string]: string;
                                };
                                acknowledged: {
                                    by: {
                                        kind: "user" | "token" | "slack" | "program";
                                        /** @description Of the person or token, or a Slack user’s id. */
                                        name: string;
                                    };
                                    /**
                                     * Format: date-time
                                     * @description When.
                                     */
                                    at: string;
                                } | null;
                                silenced: {
                                    by: {
                                        kind: "user" | "token" | "slack" | "program";
                                        /** @description Of the person or token, or a Slack user’s id. */
                                        name: string;
                                    };
                                    /**
                                     * Format: date-time
                                     * @description When.
                                     */
                                    at: string;
                                    until: string | null;
                                } | null;
                                resolvedBy: {
                                    kind: "user" | "token" | "slack" | "program";
                                    /** @description Of the person or token, or a Slack user’s id. */
                                    name: string;
                                } | null;
                                /** @description False: a person stopped its reminders. */
                                reminding: boolean;
                                flappingSince: string | null;
                                /**
                                 * Format: date-time
                                 * @description When people were last told of it.
                                 */
                                toldAt: string;
                                card: {
                                    /** Format: uuid */
                                    id: string;
                                    state: string | null;
                                    permalink: string | null;
                                } | null;
                            };
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/incidents/{number}/silence": {
        /** Silence an incident, also in Alertmanager if it comes from there */
        post: {
            parameters: {
                path: {
                    /** @description Of the incident. */
                    number: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description `2h` (30 days at most), `until solved`, or `off`. */
                        for: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            msg: string;
                            incident: {
                                number: number;
                                title: string;
                                severity: "critical" | "error" | "warning" | "info";
                                /**
                                 * @description Its condition in a word.
                                 * @enum {unknown}
                                 */
                                state: "firing" | "acknowledged" | "silenced" | "flapping" | "resolved";
                                /**
                                 * @description As its source last reported it.
                                 * @enum {unknown}
                                 */
                                status: "firing" | "resolved";
                                /**
                                 * @description `signal`: a hook, a watcher or a job.
                                 * @enum {unknown}
                                 */
                                source: "alertmanager" | "grafana" | "signal";
                                startedAt: string | null;
                                /**
                                 * Format: date-time
                                 * @description When it was first reported.
                                 */
                                openedAt: string;
                                resolvedAt: string | null;
                                /** @description From its begin to its end, or until now. */
                                durationSeconds: number;
                                /** @description Of its card. */
                                channel: string;
                                /** @description mrkdwn */
                                about: string;
                                /** @description A line in mrkdwn for each alert, at most 10. */
                                alerts: string[];
                                /** @description Number of alerts without a line. */
                                more: number;
                                links: {
                                    name: string;
                                    url: string;
                                }[];
                                labels: {
                                    [key: string]: string;
                                };
                                acknowledged: {
                                    by: {
                                        kind: "user" | "token" | "slack" | "program";
                                        /** @description Of the person or token, or a Slack user’s id. */
                                        name: string;
                                    };
                                    /**
                                     * Format: date-time
                                     * @description When.
                                     */
                                    at: string;
                                } | null;
                                silenced: {
                                    by: {
                                        kind: "user" | "token" | "slack" | "program";
                                        /** @description Of the person or token, or a Slack user’s id. */
                                        name: string;
                                    };
                                    /**
                                     * Format: date-time
                                     * @description When.
                                     */
                                    at: string;
                                    until: string | null;
                                } | null;
                                resolvedBy: {
                                    kind: "user" | "token" | "slack" | "program";
                                    /** @description Of the person or token, or a Slack user’s id. */
                                    name: string;
                                } | null;
                                /** @description False: a person stopped its reminders. */
                                reminding: boolean;
                                flappingSince: string | null;
                                /**
                                 * Format: date-time
                                 * @description When people were last told of it.
                                 */
                                toldAt: string;
                                card: {
                                    /** Format: uuid */
                                    id: string;
                                    state: string | null;
                                    permalink: string | null;
                                } | null;
                            };
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/incidents/{number}/resolve": {
        /**
         * Resolve an incident by hand
         * @description The same report again opens no new incident; a report with anything new does.
         */
        post: {
            parameters: {
                path: {
                    /** @description Of the incident. */
                    number: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        note?: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            msg: string;
                            incident: {
                                number: number;
                                title: string;
                                severity: "critical" | "error" | "warning" | "info";
                                /**
                                 * @description Its condition in a word.
                                 * @enum {unknown}
                                 */
                                state: "firing" | "acknowledged" | "silenced" | "flapping" | "resolved";
                                /**
                                 * @description As its source last reported it.
                                 * @enum {unknown}
                                 */
                                status: "firing" | "resolved";
                                /**
                                 * @description `signal`: a hook, a watcher or a job.
                                 * @enum {unknown}
                                 */
                                source: "alertmanager" | "grafana" | "signal";
                                startedAt: string | null;
                                /**
                                 * Format: date-time
                                 * @description When it was first reported.
                                 */
                                openedAt: string;
                                resolvedAt: string | null;
                                /** @description From its begin to its end, or until now. */
                                durationSeconds: number;
                                /** @description Of its card. */
                                channel: string;
                                /** @description mrkdwn */
                                about: string;
                                /** @description A line in mrkdwn for each alert, at most 10. */
                                alerts: string[];
                                /** @description Number of alerts without a line. */
                                more: number;
                                links: {
                                    name: string;
                                    url: string;
                                }[];
                                labels: {
                                    [key: string]: string;
                                };
                                acknowledged: {
                                    by: {
                                        kind: "user" | "token" | "slack" | "program";
                                        /** @description Of the person or token, or a Slack user’s id. */
                                        name: string;
                                    };
                                    /**
                                     * Format: date-time
                                     * @description When.
                                     */
                                    at: string;
                                } | null;
                                silenced: {
                                    by: {
                                        kind: "user" | "token" | "slack" | "program";
                                        /** @description Of the person or token, or a Slack user’s id. */
                                        name: string;
                                    };
                                    /**
                                     * Format: date-time
                                     * @description When.
                                     */
                                    at: string;
                                    until: string | null;
                                } | null;
                                resolvedBy: {
                                    kind: "user" | "token" | "slack" | "program";
                                    /** @description Of the person or token, or a Slack user’s id. */
                                    name: string;
                                } | null;
                                /** @description False: a person stopped its reminders. */
                                reminding: boolean;
                                flappingSince: string | null;
                                /**
                                 * Format: date-time
                                 * @description When people were last told of it.
                                 */
                                toldAt: string;
                                card: {
                                    /** Format: uuid */
                                    id: string;
                                    state: string | null;
                                    permalink: string | null;
                                } | null;
                            };
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/incidents/{number}/stop-reminding": {
        /** Stop the reminders of an incident */
        post: {
            parameters: {
                path: {
                    /** @description Of the incident. */
                    number: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            msg: string;
                            incident: {
                                number: number;
                                title: string;
                                severity: "critical" | "error" | "warning" | "info";
                                /**
                                 * @description Its condition in a word.
                                 * @enum {unknown}
                                 */
                                state: "firing" | "acknowledged" | "silenced" | "flapping" | "resolved";
                                /**
                                 * @description As its source last reported it.
                                 * @enum {unknown}
                                 */
                                status: "firing" | "resolved";
                                /**
                                 * @description `signal`: a hook, a watcher or a job.
                                 * @enum {unknown}
                                 */
                                source: "alertmanager" | "grafana" | "signal";
                                startedAt: string | null;
                                /**
                                 * Format: date-time
                                 * @description When it was first reported.
                                 */
                                openedAt: string;
                                resolvedAt: string | null;
                                /** @description From its begin to its end, or until now. */
                                durationSeconds: number;
                                /** @description Of its card. */
                                channel: string;
                                /** @description mrkdwn */
                                about: string;
                                /** @description A line in mrkdwn for each alert, at most 10. */
                                alerts: string[];
                                /** @description Number of alerts without a line. */
                                more: number;
                                links: {
                                    name: string;
                                    url: string;
                                }[];
                                labels: {
                                    [key: string]: string;
                                };
                                acknowledged: {
                                    by: {
                                        kind: "user" | "token" | "slack" | "program";
                                        /** @description Of the person or token, or a Slack user’s id. */
                                        name: string;
                                    };
                                    /**
                                     * Format: date-time
                                     * @description When.
                                     */
                                    at: string;
                                } | null;
                                silenced: {
                                    by: {
                                        kind: "user" | "token" | "slack" | "program";
                                        /** @description Of the person or token, or a Slack user’s id. */
                                        name: string;
                                    };
                                    /**
                                     * Format: date-time
                                     * @description When.
                                     */
                                    at: string;
                                    until: string | null;
                                } | null;
                                resolvedBy: {
                                    kind: "user" | "token" | "slack" | "program";
                                    /** @description Of the person or token, or a Slack user’s id. */
                                    name: string;
                                } | null;
                                /** @description False: a person stopped its reminders. */
                                reminding: boolean;
                                flappingSince: string | null;
                                /**
                                 * Format: date-time
                                 * @description When people were last told of it.
                                 */
                                toldAt: string;
                                card: {
                                    /** Format: uuid */
                                    id: string;
                                    state: string | null;
                                    permalink: string | null;
                                } | null;
                            };
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/jobs": {
        /**
         * Jobs, newest first
         * @description A page may have fewer jobs than `limit` for a token that is limited to some of them.
         */
        get: {
            parameters: {
                query?: {
                    state?: "queued" | "starting" | "running" | "succeeded" | "failed" | "timed_out" | "cancelled" | "lost" | "unfinished";
                    /** @description The name of a definition. */
                    job?: string;
                    /** @description `next` of the previous page. */
                    cursor?: string;
                    limit?: number;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            jobs: {
                                /** Format: uuid */
                                id: string;
                                job: string | null;
                                target: "heroku" | "container" | "process";
                                /** @description Of Heroku. */
                                app?: string;
                                size?: string | null;
                                /** @description Of the container. */
                                image?: string;
                                /** @description The executable file in JOBS_BIN. */
                                file?: string;
                                /** @description A text for Heroku, a list of words for a container. */
                                command?: string | string[];
                                /** @description Whether the container has a network. */
                                network?: boolean;
                                /** @description Of the container, MiB. */
                                memory?: number;
                                /** @description Of the container. */
                                cpus?: number;
                                name: string | null;
                                /**
                                 * @description `lost`: nobody can tell how it ended, so it is not run again.
                                 * @enum {unknown}
                                 */
                                state: "queued" | "starting" | "running" | "succeeded" | "failed" | "timed_out" | "cancelled" | "lost";
                                exitCode: number | null;
                                reason: string | null;
                                /** @description The JSON of the last line `::result {json}` among its last ten; null: there is none. */
                                result: unknown;
                                /** @description Its environment variables; values whose names look secret are `***`. */
                                arguments: {
                                    [key: string]: string;
                                };
                                /** @description Names of the variables that come from files. */
                                secrets: string[];
                                /** @description From 1 on. */
                                attempt: number;
                                /** @description The most attempts. */
                                attempts: number;
                                by: {
                                    kind: "user" | "token" | "slack" | "program";
                                    /** @description Of the person or token, or a Slack user’s id. */
                                    name: string;
                                };
                                stopAsked: {
                                    by: string;
                                    /**
                                     * Format: date-time
                                     * @description When.
                                     */
                                    at: string;
                                } | null;
                                plannedAt: string | null;
                                /**
                                 * Format: date-time
                                 * @description When it was accepted.
                                 */
                                createdAt: string;
                                startedAt: string | null;
                                endedAt: string | null;
                                durationSeconds: number | null;
                                /** @description Seconds. */
                                timeout: number;
                                /** @description Number of lines that it has written. */
                                lines: number;
                            }[];
                            next: string | null;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
        /**
         * Start a job that the request describes
         * @description A token whose scope is limited to a job may not; it starts the job by its name.
         */
        post: {
            parameters: {
                query?: {
                    /** @description `30s`: wait for the end, 60s at most. */
                    wait?: string;
                };
                header?: {
                    /** @description A repeated request with the same key within 24 h gets the same job, and starts nothing. */
                    "idempotency-key"?: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        target: "heroku" | "container" | "process";
                        /** @description Heroku: the app. */
                        app?: string;
                        /** @description Heroku: the size of the dyno. */
                        size?: string;
                        /** @description Container: one of JOB_IMAGES. */
                        image?: string;
                        /** @description Process: the name of an executable file in JOBS_BIN. */
                        file?: string;
                        /** @description Heroku: a text, such as an entry of the Procfile. Container: a list of words; without it the image’s own command. */
                        command?: string | string[];
                        /**
                         * @description Container: give it a network.
                         * @default false
                         */
                        network?: boolean;
                        /**
                         * @description Container: `512MB`, `1GB`, or a number of MiB.
                         * @default 256MB
                         */
                        memory?: string | number;
                        /**
                         * @description Container.
                         * @default 0.5
                         */
                        cpus?: number;
                        /** @description Its environment variables: names and texts. */
                        env?: {
                            [key: string]: unknown;
                        };
                        /** @description `30s`, `10m`, `2h`: 24 hours at most. Default: 10m. */
                        timeout?: string;
                    };
                };
            };
            responses: {
                /** @description With `wait`: it has ended, in whichever state. */
                200: {
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            job: string | null;
                            target: "heroku" | "container" | "process";
                            /** @description Of Heroku. */
                            app?: string;
                            size?: string | null;
                            /** @description Of the container. */
                            image?: string;
                            /** @description The executable file in JOBS_BIN. */
                            file?: string;
                            /** @description A text for Heroku, a list of words for a container. */
                            command?: string | string[];
                            /** @description Whether the container has a network. */
                            network?: boolean;
                            /** @description Of the container, MiB. */
                            memory?: number;
                            /** @description Of the container. */
                            cpus?: number;
                            name: string | null;
                            /**
                             * @description `lost`: nobody can tell how it ended, so it is not run again.
                             * @enum {unknown}
                             */
                            state: "queued" | "starting" | "running" | "succeeded" | "failed" | "timed_out" | "cancelled" | "lost";
                            exitCode: number | null;
                            reason: string | null;
                            /** @description The JSON of the last line `::result {json}` among its last ten; null: there is none. */
                            result: unknown;
                            /** @description Its environment variables; values whose names look secret are `***`. */
                            arguments: {
                                [key: string]: string;
                            };
                            /** @description Names of the variables that come from files. */
                            secrets: string[];
                            /** @description From 1 on. */
                            attempt: number;
                            /** @description The most attempts. */
                            attempts: number;
                            by: {
                                kind: "user" | "token" | "slack" | "program";
                                /** @description Of the person or token, or a Slack user’s id. */
                                name: string;
                            };
                            stopAsked: {
                                by: string;
                                /**
                                 * Format: date-time
                                 * @description When.
                                 */
                                at: string;
                            } | null;
                            plannedAt: string | null;
                            /**
                             * Format: date-time
                             * @description When it was accepted.
                             */
                            createdAt: string;
                            startedAt: string | null;
                            endedAt: string | null;
                            durationSeconds: number | null;
                            /** @description Seconds. */
                            timeout: number;
                            /** @description Number of lines that it has written. */
                            lines: number;
                            /** @description The last 64 KiB of it. */
                            output: string;
                        };
                    };
                };
                /** @description It is on disk, and has not ended. */
                202: {
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            name: string | null;
                            /**
                             * @description `lost`: nobody can tell how it ended, so it is not run again.
                             * @enum {unknown}
                             */
                            state: "queued" | "starting" | "running" | "succeeded" | "failed" | "timed_out" | "cancelled" | "lost";
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/jobs/definitions": {
        /** The jobs of JOBS_DIR with their arguments, and the targets that are on */
        get: {
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            definitions: {
                                name: string;
                                summary: string;
                                target: "heroku" | "container" | "process";
                                /** @description Of Heroku. */
                                app?: string;
                                size?: string | null;
                                /** @description Of the container. */
                                image?: string;
                                /** @description The executable file in JOBS_BIN. */
                                file?: string;
                                /** @description A text for Heroku, a list of words for a container. */
                                command?: string | string[];
                                /** @description Whether the container has a network. */
                                network?: boolean;
                                /** @description Of the container, MiB. */
                                memory?: number;
                                /** @description Of the container. */
                                cpus?: number;
                                arguments: {
                                    [key: string]: {
                                        type: "string" | "integer" | "boolean";
                                        default: string | null;
                                        required: boolean;
                                        pattern: string | null;
                                        choices: string[] | null;
                                        description: string;
                                    };
                                };
                                /** @description Names of the variables that come from files. */
                                secrets: string[];
                                schedule: string | null;
                                nextAt: string | null;
                                /**
                                 * @description The least role that may run it.
                                 * @enum {unknown}
                                 */
                                who: "viewer" | "operator" | "admin";
                                /** @description Seconds. */
                                timeout: number;
                                /** @description Most runs at once. */
                                concurrency: number;
                                /** @description The most attempts of a run. */
                                attempts: number;
                                /** @description Whether the caller may run it. */
                                mayRun: boolean;
                            }[];
                            /** @description Where a job without a definition may run. */
                            targets: ("heroku" | "container" | "process")[];
                            /** @description Whether the caller may start jobs without a definition, and stop all jobs. Everybody may stop their own. */
                            mayStart: boolean;
                            caller: {
                                kind: "user" | "token" | "slack" | "program";
                                /** @description Of the person or token, or a Slack user’s id. */
                                name: string;
                            };
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/jobs/{id}": {
        /** A job */
        get: {
            parameters: {
                path: {
                    /** @description A UUID. */
                    id: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            job: string | null;
                            target: "heroku" | "container" | "process";
                            /** @description Of Heroku. */
                            app?: string;
                            size?: string | null;
                            /** @description Of the container. */
                            image?: string;
                            /** @description The executable file in JOBS_BIN. */
                            file?: string;
                            /** @description A text for Heroku, a list of words for a container. */
                            command?: string | string[];
                            /** @description Whether the container has a network. */
                            network?: boolean;
                            /** @description Of the container, MiB. */
                            memory?: number;
                            /** @description Of the container. */
                            cpus?: number;
                            name: string | null;
                            /**
                             * @description `lost`: nobody can tell how it ended, so it is not run again.
                             * @enum {unknown}
                             */
                            state: "queued" | "starting" | "running" | "succeeded" | "failed" | "timed_out" | "cancelled" | "lost";
                            exitCode: number | null;
                            reason: string | null;
                            /** @description The JSON of the last line `::result {json}` among its last ten; null: there is none. */
                            result: unknown;
                            /** @description Its environment variables; values whose names look secret are `***`. */
                            arguments: {
                                [key: string]: string;
                            };
                            /** @description Names of the variables that come from files. */
                            secrets: string[];
                            /** @description From 1 on. */
                            attempt: number;
                            /** @description The most attempts. */
                            attempts: number;
                            by: {
                                kind: "user" | "token" | "slack" | "program";
                                /** @description Of the person or token, or a Slack user’s id. */
                                name: string;
                            };
                            stopAsked: {
                                by: string;
                                /**
                                 * Format: date-time
                                 * @description When.
                                 */
                                at: string;
                            } | null;
                            plannedAt: string | null;
                            /**
                             * Format: date-time
                             * @description When it was accepted.
                             */
                            createdAt: string;
                            startedAt: string | null;
                            endedAt: string | null;
                            durationSeconds: number | null;
                            /** @description Seconds. */
                            timeout: number;
                            /** @description Number of lines that it has written. */
                            lines: number;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
        /**
         * Stop a job
         * @description It is asked to end with SIGTERM, and killed when it does not: after 10 s, on Heroku after 30 s.
         */
        delete: {
            parameters: {
                path: {
                    /** @description A UUID. */
                    id: string;
                };
            };
            responses: {
                /** @description Done. */
                202: {
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            job: string | null;
                            target: "heroku" | "container" | "process";
                            /** @description Of Heroku. */
                            app?: string;
                            size?: string | null;
                            /** @description Of the container. */
                            image?: string;
                            /** @description The executable file in JOBS_BIN. */
                            file?: string;
                            /** @description A text for Heroku, a list of words for a container. */
                            command?: string | string[];
                            /** @description Whether the container has a network. */
                            network?: boolean;
                            /** @description Of the container, MiB. */
                            memory?: number;
                            /** @description Of the container. */
                            cpus?: number;
                            name: string | null;
                            /**
                             * @description `lost`: nobody can tell how it ended, so it is not run again.
                             * @enum {unknown}
                             */
                            state: "queued" | "starting" | "running" | "succeeded" | "failed" | "timed_out" | "cancelled" | "lost";
                            exitCode: number | null;
                            reason: string | null;
                            /** @description The JSON of the last line `::result {json}` among its last ten; null: there is none. */
                            result: unknown;
                            /** @description Its environment variables; values whose names look secret are `***`. */
                            arguments: {
                                [key: string]: string;
                            };
                            /** @description Names of the variables that come from files. */
                            secrets: string[];
                            /** @description From 1 on. */
                            attempt: number;
                            /** @description The most attempts. */
                            attempts: number;
                            by: {
                                kind: "user" | "token" | "slack" | "program";
                                /** @description Of the person or token, or a Slack user’s id. */
                                name: string;
                            };
                            stopAsked: {
                                by: string;
                                /**
                                 * Format: date-time
                                 * @description When.
                                 */
                                at: string;
                            } | null;
                            plannedAt: string | null;
                            /**
                             * Format: date-time
                             * @description When it was accepted.
                             */
                            createdAt: string;
                            startedAt: string | null;
                            endedAt: string | null;
                            durationSeconds: number | null;
                            /** @description Seconds. */
                            timeout: number;
                            /** @description Number of lines that it has written. */
                            lines: number;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/jobs/{id}/logs": {
        /**
         * The output of a job as text; with `follow`, or by Accept, as server-sent events until its end
         * @description Events: a line is a `message` whose id is its number, so Last-Event-ID resumes after it; `cut` {from, to, bytes} stands for lines that are not kept; `job` has the job after a change; `end` has the ended job.
         */
        get: {
            parameters: {
                query?: {
                    /** @description `?follow` */
                    follow?: "" | "true" | "false";
                };
                header?: {
                    "last-event-id"?: string;
                };
                path: {
                    /** @description A UUID. */
                    id: string;
                };
            };
            responses: {
                /** @description The output. */
                200: {
                    content: {
                        "text/plain": string;
                        "text/event-stream": string;
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/jobs/{name}": {
        /**
         * Start a job of JOBS_DIR by its name; the body has its arguments
         * @description JSON or a form: `curl -u user:password -d NAME=Daniela host/ultronex/jobs/greet?wait=30s`. Without arguments there is no body. People need the role that `who` of the definition names, `operator` by default.
         */
        post: {
            parameters: {
                query?: {
                    /** @description `30s`: wait for the end, 60s at most. */
                    wait?: string;
                };
                header?: {
                    /** @description A repeated request with the same key within 24 h gets the same job, and starts nothing. */
                    "idempotency-key"?: string;
                };
                path: {
                    name: string;
                };
            };
            /** @description Arguments by their names. */
            requestBody: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                    "application/x-www-form-urlencoded": {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description With `wait`: it has ended, in whichever state. */
                200: {
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            job: string | null;
                            target: "heroku" | "container" | "process";
                            /** @description Of Heroku. */
                            app?: string;
                            size?: string | null;
                            /** @description Of the container. */
                            image?: string;
                            /** @description The executable file in JOBS_BIN. */
                            file?: string;
                            /** @description A text for Heroku, a list of words for a container. */
                            command?: string | string[];
                            /** @description Whether the container has a network. */
                            network?: boolean;
                            /** @description Of the container, MiB. */
                            memory?: number;
                            /** @description Of the container. */
                            cpus?: number;
                            name: string | null;
                            /**
                             * @description `lost`: nobody can tell how it ended, so it is not run again.
                             * @enum {unknown}
                             */
                            state: "queued" | "starting" | "running" | "succeeded" | "failed" | "timed_out" | "cancelled" | "lost";
                            exitCode: number | null;
                            reason: string | null;
                            /** @description The JSON of the last line `::result {json}` among its last ten; null: there is none. */
                            result: unknown;
                            /** @description Its environment variables; values whose names look secret are `***`. */
                            arguments: {
                                [key: string]: string;
                            };
                            /** @description Names of the variables that come from files. */
                            secrets: string[];
                            /** @description From 1 on. */
                            attempt: number;
                            /** @description The most attempts. */
                            attempts: number;
                            by: {
                                kind: "user" | "token" | "slack" | "program";
                                /** @description Of the person or token, or a Slack user’s id. */
                                name: string;
                            };
                            stopAsked: {
                                by: string;
                                /**
                                 * Format: date-time
                                 * @description When.
                                 */
                                at: string;
                            } | null;
                            plannedAt: string | null;
                            /**
                             * Format: date-time
                             * @description When it was accepted.
                             */
                            createdAt: string;
                            startedAt: string | null;
                            endedAt: string | null;
                            durationSeconds: number | null;
                            /** @description Seconds. */
                            timeout: number;
                            /** @description Number of lines that it has written. */
                            lines: number;
                            /** @description The last 64 KiB of it. */
                            output: string;
                        };
                    };
                };
                /** @description It is on disk, and has not ended. */
                202: {
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            name: string | null;
                            /**
                             * @description `lost`: nobody can tell how it ended, so it is not run again.
                             * @enum {unknown}
                             */
                            state: "queued" | "starting" | "running" | "succeeded" | "failed" | "timed_out" | "cancelled" | "lost";
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/watch": {
        /** Number of checks by state, the beats, and the planned maintenance */
        get: {
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            /** @description Number of checks by state. */
                            checks: {
                                pending: number;
                                up: number;
                                failing: number;
                                down: number;
                                maintenance: number;
                            };
                            beats: {
                                name: string;
                                /**
                                 * @description `waiting`: it never pinged.
                                 * @enum {unknown}
                                 */
                                state: "waiting" | "ok" | "running" | "late" | "failed";
                                problem: string | null;
                                /** @description `0 3 * * * (Europe/Berlin)` or `every 5m`. */
                                schedule: string;
                                lastAt: string | null;
                                dueAt: string | null;
                                lastRunMs: number | null;
                                exitCode: number | null;
                                /** @description The end of its last log, at most 2,000 characters. */
                                log: string;
                            }[];
                            /** @description Of each one the open window, or the next one. */
                            maintenance: {
                                name: string;
                                /**
                                 * Format: date-time
                                 * @description When it begins or began.
                                 */
                                from: string;
                                /**
                                 * Format: date-time
                                 * @description When it ends.
                                 */
                                until: string;
                                of: string[] | null;
                            }[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/checks": {
        /** Checks with their states, uptime and latency, by name */
        get: {
            parameters: {
                query?: {
                    state?: "pending" | "up" | "failing" | "down" | "maintenance";
                    /** @description A part of the name or target. */
                    search?: string;
                    /** @description `next` of the previous page. */
                    cursor?: string;
                    limit?: number;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            checks: {
                                name: string;
                                kind: "http" | "tcp" | "tls" | "dns" | "docker";
                                /** @description Without user, password and query. */
                                target: string;
                                /**
                                 * @description `pending`: no verdict yet. `failing`: failed, but not often enough to be down.
                                 * @enum {unknown}
                                 */
                                state: "pending" | "up" | "failing" | "down" | "maintenance";
                                since: string | null;
                                last: {
                                    /**
                                     * Format: date-time
                                     * @description When the attempt began.
                                     */
                                    at: string;
                                    ok: boolean;
                                    ms: number | null;
                                    /** @description What was found, or why it failed. */
                                    text: string;
                                    phase: ("dns" | "connect" | "tls" | "timeout" | "response" | "refused") | null;
                                    severity: ("critical" | "error" | "warning" | "info") | null;
                                } | null;
                                /**
                                 * Format: date-time
                                 * @description When the next attempt is due.
                                 */
                                nextAt: string;
                                everySeconds: number;
                                /** @description Share of successful attempts from 0 to 1, without maintenance. null: there was no attempt. */
                                uptime: {
                                    day: number | null;
                                    week: number | null;
                                    days30: number | null;
                                    days90: number | null;
                                };
                                /** @description Of the successful attempts of the last 24 hours. */
                                latency: {
                                    p50: number | null;
                                    p95: number | null;
                                };
                                /** @description Uptime of the last 90 UTC days, oldest first; the last one is today so far. */
                                days: (number | null)[];
                                /** @description p95 of the last 24 hours, milliseconds, oldest first. */
                                hours: (number | null)[];
                            }[];
                            next: string | null;
                            /** @description Number of checks that the filter lets through, on all pages. */
                            total: number;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/checks/{name}": {
        /** A check with its history and its last incidents */
        get: {
            parameters: {
                path: {
                    /** @description Of the check. */
                    name: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            name: string;
                            kind: "http" | "tcp" | "tls" | "dns" | "docker";
                            /** @description Without user, password and query. */
                            target: string;
                            /**
                             * @description `pending`: no verdict yet. `failing`: failed, but not often enough to be down.
                             * @enum {unknown}
                             */
                            state: "pending" | "up" | "failing" | "down" | "maintenance";
                            since: string | null;
                            last: {
                                /**
                                 * Format: date-time
                                 * @description When the attempt began.
                                 */
                                at: string;
                                ok: boolean;
                                ms: number | null;
                                /** @description What was found, or why it failed. */
                                text: string;
                                phase: ("dns" | "connect" | "tls" | "timeout" | "response" | "refused") | null;
                                severity: ("critical" | "error" | "warning" | "info") | null;
                            } | null;
                            /**
                             * Format: date-time
                             * @description When the next attempt is due.
                             */
                            nextAt: string;
                            everySeconds: number;
                            /** @description Share of successful attempts from 0 to 1, without maintenance. null: there was no attempt. */
                            uptime: {
                                day: number | null;
                                week: number | null;
                                days30: number | null;
                                days90: number | null;
                            };
                            /** @description Of the successful attempts of the last 24 hours. */
                            latency: {
                                p50: number | null;
                                p95: number | null;
                            };
                            /** @description Uptime of the last 90 UTC days, oldest first; the last one is today so far. */
                            days: (number | null)[];
                            /** @description p95 of the last 24 hours, milliseconds, oldest first. */
                            hours: (number | null)[];
                            /** @description Its file and name. */
                            place: string;
                            channel: string | null;
                            /** @description The last 90 days, oldest first. */
                            bars: {
                                /**
                                 * Format: date
                                 * @description A UTC day.
                                 */
                                date: string;
                                /** @description Attempts. */
                                total: number;
                                /** @description Successful ones. */
                                up: number;
                            }[];
                            /** @description The last 24 hours, oldest first. */
                            latencies: {
                                /**
                                 * Format: date-time
                                 * @description The start of an hour.
                                 */
                                from: string;
                                p50: number | null;
                                p95: number | null;
                            }[];
                            /** @description The last 10 incidents of this check, newest first. */
                            incidents: {
                                number: number;
                                title: string;
                                state: "firing" | "acknowledged" | "silenced" | "flapping" | "resolved";
                                /**
                                 * Format: date-time
                                 * @description When it was opened.
                                 */
                                openedAt: string;
                                resolvedAt: string | null;
                            }[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/checks/{name}/run": {
        /**
         * Make a check now; it counts like any other attempt
         * @description Once in 5 s for each check.
         */
        post: {
            parameters: {
                path: {
                    /** @description Of the check. */
                    name: string;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            msg: string;
                            result: {
                                /**
                                 * Format: date-time
                                 * @description When the attempt began.
                                 */
                                at: string;
                                ok: boolean;
                                ms: number | null;
                                /** @description What was found, or why it failed. */
                                text: string;
                                phase: ("dns" | "connect" | "tls" | "timeout" | "response" | "refused") | null;
                                severity: ("critical" | "error" | "warning" | "info") | null;
                            };
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/beat/{name}": {
        /**
         * A job reports that it ran well
         * @description A body of any type is the last log: its last 10 kB are kept. GET and HEAD have none.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Id of the run, a UUID or up to 64 letters and digits: tells runs at the same time apart. A start is ended by a ping with its rid. */
                    rid?: string;
                };
                path: {
                    name: string;
                };
            };
            responses: {
                /** @description `OK`: the ping is on disk. */
                200: {
                    content: {
                        "application/json": string;
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
        /**
         * A job reports that it ran well
         * @description A body of any type is the last log: its last 10 kB are kept. GET and HEAD have none.
         */
        post: {
            parameters: {
                query?: {
                    /** @description Id of the run, a UUID or up to 64 letters and digits: tells runs at the same time apart. A start is ended by a ping with its rid. */
                    rid?: string;
                };
                path: {
                    name: string;
                };
            };
            responses: {
                /** @description `OK`: the ping is on disk. */
                200: {
                    content: {
                        "application/json": string;
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/beat/{name}/{what}": {
        /** A job reports its start, a failure, a log or its exit code */
        get: {
            parameters: {
                query?: {
                    /** @description Id of the run, a UUID or up to 64 letters and digits: tells runs at the same time apart. A start is ended by a ping with its rid. */
                    rid?: string;
                };
                path: {
                    name: string;
                    /** @description `start`, `fail`, `log` (only stores the body), or an exit code from 0 (it ran well) to 255. */
                    what: string;
                };
            };
            responses: {
                /** @description `OK`: the ping is on disk. */
                200: {
                    content: {
                        "application/json": string;
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
        /** A job reports its start, a failure, a log or its exit code */
        post: {
            parameters: {
                query?: {
                    /** @description Id of the run, a UUID or up to 64 letters and digits: tells runs at the same time apart. A start is ended by a ping with its rid. */
                    rid?: string;
                };
                path: {
                    name: string;
                    /** @description `start`, `fail`, `log` (only stores the body), or an exit code from 0 (it ran well) to 255. */
                    what: string;
                };
            };
            responses: {
                /** @description `OK`: the ping is on disk. */
                200: {
                    content: {
                        "application/json": string;
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/beats": {
        /**
         * All beats
         * @description Those of the files in WATCH_DIR, and those of the server itself once they pinged.
         */
        get: {
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            beats: {
                                name: string;
                                state: "waiting" | "ok" | "running" | "late" | "failed";
                                problem: string | null;
                                /** @description `every 5m`, `0 3 * * * (Europe/Berlin)` */
                                schedule: string;
                                graceSeconds: number;
                                startGraceSeconds: number;
                                last: string | null;
                                due: string | null;
                                lastRunSeconds: number | null;
                                exitCode: number | null;
                                /** @description The last log, 10 kB at most. */
                                log: string;
                            }[];
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/workspaces": {
        /** Workspaces that installed the bot, by their ids; without that of SLACK_BOT_TOKEN */
        get: {
            parameters: {
                query?: {
                    /** @description `next` of the previous page. */
                    cursor?: string;
                    limit?: number;
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            workspaces: {
                                /** @description Its id: `T0123ABCD`, `E0123ABCD` for an organisation. */
                                team: string;
                                name: string;
                                /** @description It is installed for all workspaces of an organisation. */
                                isOrg: boolean;
                                /** @description The organisation that it is part of. */
                                enterprise: string | null;
                                url: string;
                                botUser: string;
                                /** @description `install`: by /slack/install; `hash`: from the Redis hash of RELAX_BOTS_KEY. */
                                origin: "install" | "hash";
                                /** @description Of its events, as the hash has it; empty for one that came by /slack/install. */
                                namespace: string;
                                /** Format: date-time */
                                installedAt: string;
                                /** @description The id of a Slack user; empty for a bot of the hash. */
                                installedBy: string;
                                /** @description Scopes that the bot needs now and does not have there. */
                                missingScopes: string[];
                                /** @description Why the token does not work, or cannot be refreshed, in Slack’s words; `key_missing`: no key of TOKEN_KEYS decrypts it; null: it works. */
                                trouble: string | null;
                                /** @description The token is replaced before it ends. */
                                rotates: boolean;
                                /** @description Null: the token does not end. */
                                tokenExpiresAt: string | null;
                                /** @description The key of TOKEN_KEYS that its tokens are encrypted with. */
                                key: string;
                            }[];
                            next: string | null;
                            total: number;
                            /** @description Whether workspaces can install the bot at /slack/install. */
                            installs: boolean;
                            /** @description Bots of the Redis hash that are not served, the first 20: the field, and why. */
                            unserved: {
                                field: string;
                                problem: string;
                            }[];
                            unservedTotal: number;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/workspaces/{team}": {
        /**
         * Remove the bot from a workspace, which revokes its token
         * @description What the workspace left (messages, patterns, counters) stays until it is erased: `?erase=true` deletes every row of its own, also later.
         */
        delete: {
            parameters: {
                query?: {
                    erase?: boolean;
                };
                path: {
                    /** @description Its id: `T0123ABCD`, `E0123ABCD` for an organisation. */
                    team: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The id of the workspace once more. */
                        confirm: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            /** @description Its id: `T0123ABCD`, `E0123ABCD` for an organisation. */
                            team: string;
                            /** @description False: only its data was left, and erased. */
                            wasInstalled: boolean;
                            /** @description Its token works no more. */
                            isRevoked: boolean;
                            /** @description Why the token may still work; empty when it does not. */
                            why: string;
                            /** @description Rows that were erased. */
                            rows: number;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
    "/ultronex/workspaces/rekey": {
        /** Encrypt tokens anew with the newest key of TOKEN_KEYS, 200 workspaces at a time */
        post: {
            requestBody: {
                content: {
                    "application/json": {
                        /** @description `next` of the previous step. */
                        after?: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            /** @description Name of the key with which the program encrypts: the first one of its TOKEN_KEYS. */
                            key: string;
                            /** @description Installations that were encrypted anew. */
                            changed: number;
                            /** @description Installations whose token was being refreshed: call again a minute later. */
                            busy: number;
                            /** @description Teams whose tokens no key decrypts, or another key of that name. */
                            unopened: string[];
                            /** @description The `after` of the next step; null: this was the last one. */
                            next: string | null;
                        };
                    };
                };
                /** @description A field is missing or wrong; `field` names it. */
                422: {
                    content: {
                        "application/json": {
                            msg: string;
                            field?: string;
                            reason?: string;
                        };
                    };
                };
            };
        };
    };
}
