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
         * @description Open to everybody; with the password also what each part says of itself.
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
                            /** @description With the login only: settings and patterns that name channels which are not there. */
                            settings?: {
                                setting: string;
                                channel: string;
                                problem: "missing" | "archived" | "renamed" | "not_member";
                                text: string;
                            }[];
                            /** @description With the login only: parts that are not in use, and how they are turned on. */
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
        /** The answer of the motivational bot to a text */
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
                            /** @description Empty: no trigger word in it, or all replies in cool-down. */
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
        /** Post a message to Slack */
        post: {
            parameters: {
                header?: {
                    /** @description Repeat a request with the same key and it answers, but does not post, again (24 h). */
                    "idempotency-key"?: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        msg: {
                            /** @description #name, name, a channel id; for a direct message a user id, @name or the e-mail address of a person. */
                            channel: string;
                            /** @description mrkdwn; also what notifications show when there are blocks. */
                            text: string;
                            /** @description Shown in bold above the text, and as the name of the payload. Not with blocks, which hide it. */
                            title?: string | null;
                            /** @description Uploaded as a snippet in the thread of the message: a text as it is, anything else as JSON. */
                            payload?: unknown;
                            /** @description The `ts` of the message to answer to. */
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
                            /** @description Whether Slack shows what links to texts lead to. */
                            unfurl_links?: boolean;
                            /** @description Whether Slack shows what links to pictures and videos lead to. */
                            unfurl_media?: boolean;
                            /** @description With `thread_ts`: shows the answer in the channel too. */
                            reply_broadcast?: boolean;
                            /** @description False: the text is shown as it is, asterisks and all. */
                            mrkdwn?: boolean;
                            /** @description True: Slack makes links of names such as @ada and #ops in the text. */
                            link_names?: boolean;
                            /** @description True: `& < >` in text and title are shown as they are; else they are Slack’s control characters. */
                            escape?: boolean;
                            /** @description Seconds it may wait before it expires. */
                            ttl?: number;
                            /** @description False: never merged with similar messages, however far the channel falls behind. */
                            merge?: boolean;
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
                                channel: string;
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
                header?: {
                    /** @description Repeat a request with the same key and it answers, but does not post, again (24 h). */
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
                        /** @description The `ts` of the message to answer to. */
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
                        /** @description Whether Slack shows what links to texts lead to. */
                        unfurl_links?: boolean;
                        /** @description Whether Slack shows what links to pictures and videos lead to. */
                        unfurl_media?: boolean;
                        /** @description With `thread_ts`: shows the answer in the channel too. */
                        reply_broadcast?: boolean;
                        /** @description False: the text is shown as it is, asterisks and all. */
                        mrkdwn?: boolean;
                        /** @description True: Slack makes links of names such as @ada and #ops in the text. */
                        link_names?: boolean;
                        /** @description True: `& < >` in text and title are shown as they are; else they are Slack’s control characters. */
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
                        /** @description The `ts` of the message to answer to. */
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
                        /** @description Whether Slack shows what links to texts lead to. */
                        unfurl_links?: boolean;
                        /** @description Whether Slack shows what links to pictures and videos lead to. */
                        unfurl_media?: boolean;
                        /** @description With `thread_ts`: shows the answer in the channel too. */
                        reply_broadcast?: boolean;
                        /** @description False: the text is shown as it is, asterisks and all. */
                        mrkdwn?: boolean;
                        /** @description True: Slack makes links of names such as @ada and #ops in the text. */
                        link_names?: boolean;
                        /** @description True: `& < >` in text and title are shown as they are; else they are Slack’s control characters. */
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
                        /** @description The `ts` of the message to answer to. */
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
                        /** @description Whether Slack shows what links to texts lead to. */
                        unfurl_links?: boolean;
                        /** @description Whether Slack shows what links to pictures and videos lead to. */
                        unfurl_media?: boolean;
                        /** @description With `thread_ts`: shows the answer in the channel too. */
                        reply_broadcast?: boolean;
                        /** @description False: the text is shown as it is, asterisks and all. */
                        mrkdwn?: boolean;
                        /** @description True: Slack makes links of names such as @ada and #ops in the text. */
                        link_names?: boolean;
                        /** @description True: `& < >` in text and title are shown as they are; else they are Slack’s control characters. */
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
                                channel: string;
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
         * @description Takes what Slack’s incoming webhooks take, as JSON or as the form field `payload`, and answers `ok` as text. The header `x-ultronex-id` has the id for GET /ultronex/messages/{id}; `x-ultronex-ignored` names fields without a meaning here.
         */
        post: {
            parameters: {
                header?: {
                    /** @description Repeat a request with the same key and it answers, but does not post, again (24 h). */
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
                        /** @description Another channel than that of the address. */
                        channel?: unknown;
                        /** @description Shown in place of the bot’s name. */
                        username?: unknown;
                        /** @description `:fire:`; goes before `icon_url`. */
                        icon_emoji?: unknown;
                        /** @description A picture in place of the bot’s. */
                        icon_url?: unknown;
                        /** @description The `ts` of the message to answer to. */
                        thread_ts?: unknown;
                        /** @description With `thread_ts`: shows the answer in the channel too. */
                        reply_broadcast?: unknown;
                        /** @description Whether Slack shows what links to texts lead to. */
                        unfurl_links?: unknown;
                        /** @description Whether Slack shows what links to pictures and videos lead to. */
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
                        /** @description Another channel than that of the address. */
                        channel?: unknown;
                        /** @description Shown in place of the bot’s name. */
                        username?: unknown;
                        /** @description `:fire:`; goes before `icon_url`. */
                        icon_emoji?: unknown;
                        /** @description A picture in place of the bot’s. */
                        icon_url?: unknown;
                        /** @description The `ts` of the message to answer to. */
                        thread_ts?: unknown;
                        /** @description With `thread_ts`: shows the answer in the channel too. */
                        reply_broadcast?: unknown;
                        /** @description Whether Slack shows what links to texts lead to. */
                        unfurl_links?: unknown;
                        /** @description Whether Slack shows what links to pictures and videos lead to. */
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
                /** @description `ok`: it is on disk. A channel that does not exist is `failed` in the ledger, not an error here. */
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
         * @description A page may have fewer messages than `limit`, also none, when much had to be looked through; `next` is null at the end alone.
         */
        get: {
            parameters: {
                query?: {
                    state?: "queued" | "sending" | "sent" | "failed" | "expired" | "withdrawn" | "merged";
                    channel?: string;
                    /** @description Part of the text. */
                    q?: string;
                    mergedInto?: string;
                    /** @description `next` of the page before. */
                    cursor?: string;
                    limit?: number;
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
                                /** @description As it was asked for: #name, or an id. */
                                channel: string;
                                text: string;
                                /** @description Present when nothing of the text can be seen: what its attachments or blocks say. */
                                preview?: string;
                                title: string | null;
                                blocks: {
                                    [key: string]: unknown;
                                }[] | null;
                                threadTs: string | null;
                                slackFields: {
                                    [key: string]: unknown;
                                } | null;
                                source: "api" | "forward" | "command" | "reply" | "incident";
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
                                 * @description When its state changed last.
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
                                /** @description What did not go well although it was sent: each file that was left out, with the reason. */
                                warnings: string[];
                                mergedInto: string | null;
                                /** @description How many similar ones this message stands for besides itself. */
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
                            /** @description As it was asked for: #name, or an id. */
                            channel: string;
                            text: string;
                            /** @description Present when nothing of the text can be seen: what its attachments or blocks say. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "incident";
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
                             * @description When its state changed last.
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
                            /** @description What did not go well although it was sent: each file that was left out, with the reason. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar ones this message stands for besides itself. */
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
        /** Withdraw it: at once while queued (200); in Slack when it was sent (202) */
        delete: {
            parameters: {
                query?: {
                    /** @description Of a digest: also withdraw every message merged into it. */
                    merged?: boolean;
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
                            /** @description As it was asked for: #name, or an id. */
                            channel: string;
                            text: string;
                            /** @description Present when nothing of the text can be seen: what its attachments or blocks say. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "incident";
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
                             * @description When its state changed last.
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
                            /** @description What did not go well although it was sent: each file that was left out, with the reason. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar ones this message stands for besides itself. */
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
                            /** @description As it was asked for: #name, or an id. */
                            channel: string;
                            text: string;
                            /** @description Present when nothing of the text can be seen: what its attachments or blocks say. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "incident";
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
                             * @description When its state changed last.
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
                            /** @description What did not go well although it was sent: each file that was left out, with the reason. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar ones this message stands for besides itself. */
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
        /** Edit it: at once while queued (200); in Slack when it was sent (202) */
        patch: {
            parameters: {
                path: {
                    id: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Slack edits no longer ones (chat.update). */
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
                            /** @description As it was asked for: #name, or an id. */
                            channel: string;
                            text: string;
                            /** @description Present when nothing of the text can be seen: what its attachments or blocks say. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "incident";
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
                             * @description When its state changed last.
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
                            /** @description What did not go well although it was sent: each file that was left out, with the reason. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar ones this message stands for besides itself. */
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
                            /** @description As it was asked for: #name, or an id. */
                            channel: string;
                            text: string;
                            /** @description Present when nothing of the text can be seen: what its attachments or blocks say. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "incident";
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
                             * @description When its state changed last.
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
                            /** @description What did not go well although it was sent: each file that was left out, with the reason. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar ones this message stands for besides itself. */
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
        /** Send a message once more that failed, expired or was deleted in Slack */
        post: {
            parameters: {
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
                            /** @description As it was asked for: #name, or an id. */
                            channel: string;
                            text: string;
                            /** @description Present when nothing of the text can be seen: what its attachments or blocks say. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "incident";
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
                             * @description When its state changed last.
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
                            /** @description What did not go well although it was sent: each file that was left out, with the reason. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar ones this message stands for besides itself. */
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
                            /** @description As it was asked for: #name, or an id. */
                            channel: string;
                            text: string;
                            /** @description Present when nothing of the text can be seen: what its attachments or blocks say. */
                            preview?: string;
                            title: string | null;
                            blocks: {
                                [key: string]: unknown;
                            }[] | null;
                            threadTs: string | null;
                            slackFields: {
                                [key: string]: unknown;
                            } | null;
                            source: "api" | "forward" | "command" | "reply" | "incident";
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
                             * @description When its state changed last.
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
                            /** @description What did not go well although it was sent: each file that was left out, with the reason. */
                            warnings: string[];
                            mergedInto: string | null;
                            /** @description How many similar ones this message stands for besides itself. */
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
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            /** @description The first system’s name for the time of the start, not a duration; the same as `started_at`. */
                            uptime: string;
                            /** @description Events received. */
                            total_msg_count: number;
                            /** @description Attached files downloaded. */
                            total_attachments_downloaded: number;
                            /** @description Commands and trigger words answered. */
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
                                /** @description Present: nothing is matched; the reason. Track it again to lift the pause. */
                                paused?: string;
                                /** @description Present: the user’s own messages are sent to them too. */
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
            requestBody: {
                content: {
                    "application/json": {
                        /** @description An RE2 regular expression; case does not matter. */
                        pattern: string;
                        /** @description Who gets the matches as direct messages: a user id, @name or an e-mail address. */
                        user: string;
                        /** @description Watch only this channel: its id or #name. */
                        channel?: string;
                        /** @description Send the user their own messages too. When left out: not, or as it is held. */
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
                            /** @description Present: nothing is matched; the reason. Track it again to lift the pause. */
                            paused?: string;
                            /** @description Present: the user’s own messages are sent to them too. */
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
                            /** @description Present: nothing is matched; the reason. Track it again to lift the pause. */
                            paused?: string;
                            /** @description Present: the user’s own messages are sent to them too. */
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
         * @description The text is read as a message is, with Slack's markup; the answer is that of a message with this text.
         */
        post: {
            requestBody: {
                content: {
                    "application/json": {
                        /** @description An RE2 regular expression; case does not matter. */
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
                            /** @description [start, end) of the text in UTF-16 units, each as a whole (a mention, an emoji); at most 100. */
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
         * Names of people and channels for their ids, or those whose name has a text in it
         * @description Give `ids`, or `kind` with `q`. Names come from lists that are kept: an id without a name is left out of the answer.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Ids separated by commas, 100 at most: U1,C4. */
                    ids?: string;
                    kind?: "user" | "channel";
                    /** @description Part of a name or an id; 20 are answered at most. */
                    q?: string;
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
        /** The live feed as server-sent events; resumable with Last-Event-ID */
        get: {
            parameters: {
                header?: {
                    "last-event-id"?: string;
                };
            };
            responses: {
                /** @description Events called `live`, each with a JSON object; endless. */
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
    "/ultronex/containers/list": {
        /** Every container, with what it uses */
        get: {
            responses: {
                /** @description Done. */
                200: {
                    content: {
                        "application/json": {
                            /** @description Whether containers can be acted on. */
                            control: boolean;
                            controlHint: string | null;
                            containers: {
                                id: string;
                                name: string;
                                /** @description Of Docker Compose; empty for others. */
                                service: string;
                                image: string;
                                /** @description created, running, paused, restarting, exited or dead. */
                                state: string;
                                /** @description For people: Up 3 hours. */
                                status: string;
                                /** @description healthy, unhealthy, starting or none. */
                                health: string;
                                restarts: number;
                                startedAt: string | null;
                                cpuPercent: number | null;
                                /** @description As docker stats shows it. */
                                memoryBytes: number;
                                memoryLimitBytes: number | null;
                                networks: string[];
                                protected: string | null;
                                /** @description Of the actions and `shell`: those that may not be done to it, and why. */
                                refuses: {
                                    [key: string]: string;
                                };
                            }[];
                            networks: {
                                name: string;
                                containers: string[];
                            }[];
                            /** @description Containers’ names, and what HAProxy sent over this way since the reading before. */
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
                                /** @description User name of the API, or Slack user id. */
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
        /** Its log, as server-sent events: `message` {time, stream, text}, at last `end` {reason} */
        get: {
            parameters: {
                query?: {
                    tail?: number;
                    /** @description Go on with what comes. */
                    follow?: boolean;
                    /** @description Only lines with this in them, of the last 10,000. */
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
        /** Start, stop, restart, pause or unpause it; `confirm` repeats its name */
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
    "/ultronex/hooks/alertmanager": {
        /** Alertmanager’s webhook: one card a group of alerts, edited as it changes */
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
                        /** @description What the group is made by. */
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
                        /** @description Where Alertmanager is. */
                        externalURL: string;
                        /** @description How many alerts are left out (`max_alerts`). */
                        truncatedAlerts?: number;
                        alerts: {
                            status: "firing" | "resolved";
                            /** @description They make the alert what it is: `alertname`, `severity`, `instance` … */
                            labels: {
                                [key: string]: string;
                            };
                            /** @description What it says: `summary`, `description`, `runbook_url`. */
                            annotations: {
                                [key: string]: string;
                            };
                            /**
                             * Format: date-time
                             * @description Since when.
                             */
                            startsAt: string;
                            /**
                             * Format: date-time
                             * @description When it ended; the year 1 while it fires.
                             */
                            endsAt: string;
                            /** @description The query behind it. */
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
        /** Grafana’s webhook (11 to 13): the same cards */
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
                        /** @description What the group is made by. */
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
                            /** @description They make the alert what it is: `alertname`, `grafana_folder` … */
                            labels: {
                                [key: string]: string;
                            };
                            /** @description What it says: `summary`, `description`, `runbook_url`. */
                            annotations?: {
                                [key: string]: string;
                            };
                            /**
                             * Format: date-time
                             * @description Since when.
                             */
                            startsAt: string;
                            /**
                             * Format: date-time
                             * @description When it ended; the year 1 while it fires.
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
    "/ultronex/incidents/{id}": {
        /** Every alert of a card with more than ten, as they were told last, in plain text */
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
}
