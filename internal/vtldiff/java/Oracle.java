import java.io.*;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.*;

import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.PathNotFoundException;
import net.minidev.json.JSONArray;
import net.minidev.json.JSONObject;
import net.minidev.json.JSONStyle;
import net.minidev.json.JSONValue;
import net.minidev.json.parser.JSONParser;

import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.event.EventCartridge;
import org.apache.velocity.app.event.InvalidReferenceEventHandler;
import org.apache.velocity.context.Context;
import org.apache.velocity.runtime.RuntimeInstance;
import org.apache.velocity.util.introspection.Info;

/**
 * Apache Velocity 1.7 in API Gateway's set-up (templates §1), over Jayway JsonPath and json-smart, for comparison.
 * JSON lines in, JSON lines out: the protocol of "poterne render --jsonl", and in an answer with an error the innermost exception as "cause".
 */
public class Oracle {

    // ---------------------------------------------------------------- $input
    public static class Input {
        private final String body;
        private final Map<String, Object> path, query, header;
        private Object doc;
        private boolean parsed;

        Input(String body, Map<String, Object> path, Map<String, Object> query, Map<String, Object> header) {
            this.body = body == null || body.isEmpty() ? "{}" : body; // recorded: an absent body reads {}
            this.path = path;
            this.query = query;
            this.header = header;
        }

        public String getBody() { return body; }

        private Object doc() {
            if (!parsed) {
                doc = Configuration.defaultConfiguration().jsonProvider().parse(body); // a failure is a 400 on AWS (recorded)
                parsed = true;
            }
            return doc;
        }

        public Object path(String p) {
            Object d = doc();
            if (d == null) return null;
            try {
                return JsonPath.read(d, p);
            } catch (PathNotFoundException e) {
                return null;
            }
        }

        public String json(String p) {
            return toJson(path(p));
        }

        public Map<String, Object> params() {
            Map<String, Object> m = new LinkedHashMap<>();
            m.put("path", path);
            m.put("querystring", query);
            m.put("header", header);
            return m;
        }

        public Object params(String name) {
            if (path.containsKey(name)) return path.get(name);
            if (query.containsKey(name)) return query.get(name);
            if (header.containsKey(name)) return header.get(name);
            return "";
        }
    }

    static String toJson(Object v) {
        if (v == null) return "\"\"";
        return JSONValue.toJSONString(v, JSONStyle.LT_COMPRESS);
    }

    // ----------------------------------------------------------------- $util
    public static class Util {
        public String escapeJavaScript(Object s) {
            return org.apache.commons.lang.StringEscapeUtils.escapeJavaScript(s == null ? null : s.toString());
        }

        public Object parseJson(String s) {
            return Configuration.defaultConfiguration().jsonProvider().parse(s);
        }

        public String urlEncode(String s) throws Exception { return URLEncoder.encode(s, "UTF-8"); }

        public String urlDecode(String s) throws Exception { return URLDecoder.decode(s, "UTF-8"); }

        public String base64Encode(Object s) {
            return Base64.getEncoder().encodeToString(s.toString().getBytes(StandardCharsets.UTF_8));
        }

        public String base64Decode(String s) {
            return new String(Base64.getDecoder().decode(s), StandardCharsets.UTF_8);
        }
    }

    /** Recorded on AWS: every reference that cannot be resolved reads as the empty string. */
    public static class EmptyInvalid implements InvalidReferenceEventHandler {
        public Object invalidGetMethod(Context c, String reference, Object object, String property, Info info) { return ""; }

        public boolean invalidSetMethod(Context c, String left, String right, Info info) { return false; }

        public Object invalidMethod(Context c, String reference, Object object, String method, Info info) { return ""; }
    }

    // ---------------------------------------------------------------- engine
    static boolean v2;

    static RuntimeInstance engine(boolean aws) throws Exception {
        RuntimeInstance ri = new RuntimeInstance();
        try {
            Class.forName("org.apache.velocity.runtime.log.NullLogChute");
            ri.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
        } catch (ClassNotFoundException e) {
            v2 = true;
        }
        if (aws) {
            ri.setProperty("velocimacro.permissions.allow.inline", "false");
            ri.setProperty("velocimacro.inline.allow", "false");
            ri.setProperty("directive.foreach.maxloops", "1000");
            ri.setProperty("directive.foreach.max_loops", "1000");
            ri.setProperty("runtime.introspector.uberspect", "org.apache.velocity.util.introspection.SecureUberspector");
            ri.setProperty("introspector.uberspect.class", "org.apache.velocity.util.introspection.SecureUberspector");
        }
        ri.init();
        if (aws) {
            for (String d : new String[] {"evaluate", "parse", "include"}) ri.removeDirective(d);
        }
        return ri;
    }

    static Object plain(Object o) {
        if (o instanceof Map) {
            Map<String, Object> m = new LinkedHashMap<>();
            for (Map.Entry<?, ?> e : ((Map<?, ?>) o).entrySet()) m.put(String.valueOf(e.getKey()), plain(e.getValue()));
            return m;
        }
        if (o instanceof List) {
            List<Object> l = new ArrayList<>();
            for (Object x : (List<?>) o) l.add(plain(x));
            return l;
        }
        return o;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object o) {
        return o == null ? new LinkedHashMap<>() : (Map<String, Object>) plain(o);
    }

    /** Recorded on AWS: $context and the maps inside it list their keys in java.util.HashMap order, and an inner map prints as nothing. */
    public static class ContextMap extends HashMap<String, Object> {
        final boolean quiet;

        ContextMap(boolean quiet) { this.quiet = quiet; }

        @Override public String toString() { return quiet ? "" : super.toString(); }
    }

    static Map<String, Object> contextMap(Map<?, ?> in, boolean inner) {
        Map<String, Object> m = new ContextMap(inner);
        for (Map.Entry<?, ?> e : in.entrySet()) {
            Object v = e.getValue();
            m.put(String.valueOf(e.getKey()), v instanceof Map ? contextMap((Map<?, ?>) v, true) : plain(v));
        }
        return m;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> sub(Map<String, Object> m, String k) {
        Object v = m.get(k);
        if (!(v instanceof Map)) m.put(k, v = new ContextMap(true));
        return (Map<String, Object>) v;
    }

    static VelocityContext context(Map<String, Object> req, boolean aws) {
        VelocityContext vc = new VelocityContext();
        vc.put("input", new Input((String) req.get("body"), map(req.get("path")), map(req.get("query")), map(req.get("headers"))));
        vc.put("util", new Util());
        vc.put("stageVariables", map(req.get("stageVariables")));
        Object rc = req.get("context");
        Map<String, Object> ctx = contextMap(rc == null ? new LinkedHashMap<>() : (Map<?, ?>) rc, false);
        Map<String, Object> ro = sub(ctx, "requestOverride");
        sub(ro, "header");
        sub(ro, "path");
        sub(ro, "querystring");
        sub(sub(ctx, "responseOverride"), "header");
        vc.put("context", ctx);
        if (aws) {
            EventCartridge ec = new EventCartridge();
            ec.addEventHandler(new EmptyInvalid());
            ec.attachToContext(vc);
        }
        return vc;
    }

    static String kind(Throwable t) {
        String n = t.getClass().getSimpleName();
        if (n.contains("Parse") || n.contains("TokenMgr") || n.contains("TemplateInit")) return "parse";
        return "exec";
    }

    public static void main(String[] args) throws Exception {
        boolean aws = true;
        for (String a : args) if (a.equals("--plain")) aws = false;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
        RuntimeInstance ri = engine(aws);
        String line;
        while ((line = in.readLine()) != null) {
            if (line.isEmpty()) continue;
            @SuppressWarnings("unchecked")
            Map<String, Object> req = (Map<String, Object>) new JSONParser(JSONParser.MODE_RFC4627)
                    .parse(line, JSONValue.defaultReader.DEFAULT_ORDERED);
            if (!aws) ri = engine(false); // inline macros must not leak between cases
            Map<String, Object> res = new LinkedHashMap<>();
            res.put("id", req.get("id"));
            VelocityContext vc = context(req, aws);
            StringWriter w = new StringWriter();
            try {
                ri.evaluate(vc, w, "t", (String) req.get("template"));
                res.put("output", w.toString());
                if (Boolean.TRUE.equals(req.get("wantContext"))) {
                    Map<?, ?> c = (Map<?, ?>) vc.get("context");
                    Map<String, Object> ov = new LinkedHashMap<>();
                    ov.put("requestOverride", c.get("requestOverride"));
                    ov.put("responseOverride", c.get("responseOverride"));
                    res.put("overrides", ov);
                }
            } catch (Throwable t) {
                res.put("error", kind(t) + ": " + t.getClass().getSimpleName() + ": " + String.valueOf(t.getMessage()).split("\n")[0]);
                Throwable root = t;
                while (root.getCause() != null && root.getCause() != root) root = root.getCause();
                res.put("cause", root.getClass().getName() + ": " + root.getMessage());
            }
            out.println(JSONObject.toJSONString(res, JSONStyle.LT_COMPRESS));
            out.flush();
        }
    }
}
