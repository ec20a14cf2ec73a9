-- rows student_id
-- Everything of a student's dashboard that is one value and does not depend on the time of asking.
-- Percentages are rounded half up, and never to 100 while something is left. A quotient has an end of
-- decimals, which may make half of a tenth of what is less. Then the product with the modules is too
-- large, and the completion is a tenth below what was rounded.
SELECT s.student_id, s.name, s.cohort, s.track_id, s.mentor_id, s.consents, s.time_zone,
       t.name AS track, t.key AS track_key,
       CASE WHEN NOT m.deactivated THEN m.name END AS mentor,
       p.persona, p.archetype, p.skills_needed,
       CASE WHEN p.alignment < 100 THEN least(99, round(p.alignment, 0)) ELSE p.alignment END AS alignment,
       p.readiness_window, p.recommended_track_id,
       CASE WHEN NOT r.retired THEN r.name END AS recommended_track,
       u.tier, u.started_at AS tier_started_at, u.current_period_end, u.ended_at AS tier_ended_at,
       w.score AS readiness, w.trend AS readiness_trend, w.gaps,
       coalesce(n.in_progress, 0) AS in_progress, coalesce(n.pending, 0) AS pending,
       coalesce(n.in_review, 0) AS in_review, coalesce(n.changes_requested, 0) AS changes_requested,
       coalesce(n.approved, 0) AS approved,
       coalesce(
           CASE WHEN c.percent >= 100 * k.modules::numeric THEN 100
                WHEN round(c.percent / nullif(k.modules, 0), 1) = 100
                     OR 20 * (k.modules * round(c.percent / nullif(k.modules, 0), 1) - c.percent)
                        > k.modules
                THEN round(c.percent / nullif(k.modules, 0), 1) - 0.1
                ELSE round(c.percent / nullif(k.modules, 0), 1) END, 0) AS completion,
       coalesce(i.items, 0) AS items, coalesce(i.approved, 0) AS items_approved,
       coalesce(i.health, 0) AS portfolio_health,
       coalesce(g.active, 0) AS goals_active
FROM students s
LEFT JOIN track t ON t.track_id = s.track_id
LEFT JOIN teacher m ON m.teacher_id = s.mentor_id
LEFT JOIN profile p ON p.student_id = s.student_id
LEFT JOIN track r ON r.track_id = p.recommended_track_id
LEFT JOIN subscription u ON u.student_id = s.student_id
LEFT JOIN student_readiness w ON w.student_id = s.student_id
LEFT JOIN student_mission_totals n ON n.student_id = s.student_id
LEFT JOIN student_tracks c ON c.student_id = s.student_id AND c.track_id = s.track_id
LEFT JOIN track_totals k ON k.track_id = s.track_id
LEFT JOIN student_portfolios i ON i.student_id = s.student_id
LEFT JOIN student_goal_totals g ON g.student_id = s.student_id;
