package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.JsonObject;
import java.util.Optional;

/** What a customer chose or filled in (Meta's {@code interactive}). */
public sealed interface InteractiveReply {
    /**
     * Returns the answer as Meta sent it.
     *
     * @return the {@code interactive} object
     */
    JsonObject raw();

    /**
     * A tap on a reply button ({@code button_reply}).
     *
     * @param id the button's id, as the business set it
     * @param title what the button says
     * @param raw the {@code interactive} object as Meta sent it
     */
    record ButtonReply(String id, Optional<String> title, JsonObject raw) implements InteractiveReply {
        /** Returns a placeholder, never what it holds. */
        @Override
        public String toString() {
            return "ButtonReply[withheld]";
        }
    }

    /**
     * A row chosen from a list ({@code list_reply}).
     *
     * @param id the row's id, as the business set it
     * @param title what the row says
     * @param description what stands below the title
     * @param raw the {@code interactive} object as Meta sent it
     */
    record ListReply(String id, Optional<String> title, Optional<String> description, JsonObject raw)
            implements InteractiveReply {
        /** Returns a placeholder, never what it holds. */
        @Override
        public String toString() {
            return "ListReply[withheld]";
        }
    }

    /**
     * A flow completed ({@code nfm_reply}).
     *
     * @param responseJson what the customer filled in, as the JSON text that Meta sends; read it by
     *     {@link dev.waxseal.cloudapi.Json#parse(String)}
     * @param name the kind of flow, usually {@code flow}
     * @param body what the customer sees as the answer, usually {@code Sent}
     * @param raw the {@code interactive} object as Meta sent it
     */
    record FlowReply(String responseJson, Optional<String> name, Optional<String> body, JsonObject raw)
            implements InteractiveReply {
        /** Returns a placeholder, never what it holds. */
        @Override
        public String toString() {
            return "FlowReply[withheld]";
        }
    }

    /**
     * An answer of a type that this version doesn't know, for instance {@code call_permission_reply}.
     *
     * @param type the type as Meta named it
     * @param raw the {@code interactive} object as Meta sent it
     */
    record OtherReply(Optional<String> type, JsonObject raw) implements InteractiveReply {
        /** Returns a placeholder, never what it holds. */
        @Override
        public String toString() {
            return "OtherReply[withheld]";
        }
    }
}
