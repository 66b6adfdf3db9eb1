import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import net.minidev.json.JSONStyle;
import net.minidev.json.JSONValue;
import org.apache.commons.lang.StringEscapeUtils;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.event.EventCartridge;
import org.apache.velocity.app.event.InvalidReferenceEventHandler;
import org.apache.velocity.context.Context;
import org.apache.velocity.context.InternalContextAdapterImpl;
import org.apache.velocity.runtime.RuntimeConstants;
import org.apache.velocity.runtime.RuntimeInstance;
import org.apache.velocity.runtime.parser.node.SimpleNode;
import org.apache.velocity.util.introspection.Info;

/**
 * Renders the cases of vtlbench with Velocity 1.7, one thread, template parsed once, body parsed at every render.
 * Standard input has the cases as lines of JSON, an empty line, and then lines "NAME MILLISECONDS"; each of those is
 * answered by "RENDERS WALL_NANOSECONDS CPU_NANOSECONDS SHA256", the CPU time being that of the whole process, or by
 * "failed REASON".
 */
public class Bench {
    /** What a template sees as $input. */
    public static class Input {
        private final String body;
        private final Map<String, Object> params;
        private Object document;

        Input(String body, Map<String, Object> params) {
            this.body = body.isEmpty() ? "{}" : body;
            this.params = params;
        }

        public String getBody() { return body; }

        public Object path(String path) {
            if (document == null) document = Configuration.defaultConfiguration().jsonProvider().parse(body);
            return JsonPath.read(document, path);
        }

        public String json(String path) { return JSONValue.toJSONString(path(path), JSONStyle.LT_COMPRESS); }

        public Map<String, Object> params() { return params; }
    }

    /** What a template sees as $util. */
    public static class Util {
        public String escapeJavaScript(String text) { return StringEscapeUtils.escapeJavaScript(text); }
    }

    /** Undefined references read as the empty string. */
    static class Undefined implements InvalidReferenceEventHandler {
        public Object invalidGetMethod(Context c, String reference, Object object, String property, Info info) { return ""; }

        public boolean invalidSetMethod(Context c, String left, String right, Info info) { return false; }

        public Object invalidMethod(Context c, String reference, Object object, String method, Info info) { return ""; }
    }

    /** A buffer that is used again, so that the writer is not what is measured. */
    static class Buffer extends Writer {
        final StringBuilder text = new StringBuilder(1 << 19);

        @Override public void write(char[] c, int from, int n) { text.append(c, from, n); }

        @Override public void write(String s, int from, int n) { text.append(s, from, from + n); }

        @Override public void flush() {}

        @Override public void close() {}
    }

    /** One template with its request. */
    static class Case {
        final SimpleNode template;
        final String body;
        final Map<String, Object> params, stage, context;

        @SuppressWarnings("unchecked")
        Case(Map<String, Object> given, RuntimeInstance velocity) throws Exception {
            body = (String) given.get("body");
            params = (Map<String, Object>) given.get("params");
            stage = (Map<String, Object>) given.get("stageVariables");
            context = (Map<String, Object>) given.get("context");
            template = velocity.parse(new StringReader((String) given.get("template")), (String) given.get("name"));
            template.init(new InternalContextAdapterImpl(scope()), velocity);
        }

        /** A request's maps are made for it, as a gateway has to. */
        VelocityContext scope() {
            VelocityContext c = new VelocityContext();
            EventCartridge events = new EventCartridge();
            events.addEventHandler(new Undefined());
            events.attachToContext(c);
            c.put("input", new Input(body, copy(params, new LinkedHashMap<>())));
            c.put("util", new Util());
            c.put("stageVariables", copy(stage, new LinkedHashMap<>()));
            c.put("context", copy(context, new HashMap<>()));
            return c;
        }

        @SuppressWarnings("unchecked")
        static Map<String, Object> copy(Map<String, Object> from, Map<String, Object> to) {
            for (Map.Entry<String, Object> e : from.entrySet()) {
                Object v = e.getValue();
                to.put(e.getKey(), v instanceof Map ? copy((Map<String, Object>) v, new LinkedHashMap<>()) : v);
            }
            return to;
        }

        void render(Buffer out) throws Exception {
            out.text.setLength(0);
            template.render(new InternalContextAdapterImpl(scope()), out);
        }
    }

    static RuntimeInstance engine() throws Exception {
        RuntimeInstance velocity = new RuntimeInstance();
        velocity.setProperty(RuntimeConstants.RUNTIME_LOG_LOGSYSTEM_CLASS, "org.apache.velocity.runtime.log.NullLogChute");
        velocity.setProperty(RuntimeConstants.UBERSPECT_CLASSNAME, "org.apache.velocity.util.introspection.SecureUberspector");
        velocity.setProperty("directive.foreach.maxloops", 1000);
        velocity.init();
        return velocity;
    }

    static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    static String measure(Case c, long nanos, Buffer out) throws Exception {
        long renders = 0, cpu = cpu(), start = System.nanoTime(), end = start + nanos;
        do {
            c.render(out);
            renders++;
        } while (System.nanoTime() < end);
        long wall = System.nanoTime() - start;
        return renders + " " + wall + " " + (cpu() - cpu) + " " + sha256(out.text.toString());
    }

    static String sha256(String text) throws Exception {
        StringBuilder hex = new StringBuilder();
        for (byte b : MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8))) hex.append(String.format("%02x", b));
        return hex.toString();
    }

    @SuppressWarnings("unchecked")
    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        RuntimeInstance velocity = engine();
        Map<String, Case> cases = new HashMap<>();
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            Map<String, Object> given = (Map<String, Object>) JSONValue.parseKeepingOrder(line);
            cases.put((String) given.get("name"), new Case(given, velocity));
        }
        Buffer out = new Buffer();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            try {
                System.out.println(measure(cases.get(words[0]), Long.parseLong(words[1]) * 1_000_000, out));
            } catch (Exception e) {
                System.out.println("failed " + e.getClass().getSimpleName());
            }
            System.out.flush();
        }
    }
}
